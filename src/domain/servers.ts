/**
 * What staff with `server:manage` change: the registry of game servers. The kernel decides whether a change is executed, proposed or
 * refused (drizzle/kernel/64_server_changes.sql).
 */
import type { Intent } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import { MAX_SCOPED } from './server-scope.ts';
import { type ActionKind, type DecidedAction, decideAction } from './staff-action.ts';
import type { NonNegativeInt, Reason } from './values.ts';

const KIND = { permission: 'server:manage' } as const;
export const SET_SERVER = { ...KIND, name: 'setServer', claimType: 'server_registration' } as const;
export const DISABLE_SERVER = { ...KIND, name: 'disableServer', claimType: 'server_disabling' } as const;
export const ENABLE_SERVER = { ...KIND, name: 'enableServer', claimType: 'server_enabling' } as const;

/** What is null is not bounded by the registry. */
export interface ServerBounds {
  readonly keyIds: readonly string[] | null;
  readonly operations: readonly string[] | null;
  readonly claimTypes: readonly string[] | null;
  readonly largestAmount: NonNegativeInt | null;
  readonly claimsPerHour: NonNegativeInt | null;
  readonly valuePerHour: NonNegativeInt | null;
}

export interface SetServer extends ServerBounds {
  readonly serverId: string;
  readonly reason: Reason;
}

/** How long the lists are; their entries are checked where they are read. */
export function checkBounds({ keyIds, operations, claimTypes }: ServerBounds): Fault | null {
  const lists = Object.entries({ keyIds, operations, claimTypes });
  const long = lists.find(([, names]) => names && names.length > MAX_SCOPED);
  return long ? badInput(long[0], `must have at most ${MAX_SCOPED} entries`) : null;
}

/** Each once, in one order: what is approved does not depend on how it was typed. */
const named = (names: readonly string[] | null) => names && [...new Set(names)].sort();

export function decideSetServer(intent: Intent, request: SetServer): DecidedAction {
  const { serverId, reason, largestAmount, claimsPerHour, valuePerHour } = request;
  const bounds = {
    keyIds: named(request.keyIds),
    operations: named(request.operations),
    claimTypes: named(request.claimTypes),
    largestAmount,
    claimsPerHour,
    valuePerHour,
  };
  const effect = { kind: 'server.set', server: serverId, bounds, reason };
  return decideAction({ intent, kind: SET_SERVER, input: { serverId, ...bounds, reason }, reason, effect });
}

export function decideOnServer(kind: ActionKind, effect: 'disable' | 'enable') {
  return (
    intent: Intent,
    { serverId, reason }: { readonly serverId: string; readonly reason: Reason },
  ): DecidedAction =>
    decideAction({
      intent,
      kind,
      input: { serverId, reason },
      reason,
      effect: { kind: `server.${effect}`, server: serverId, reason },
    });
}
