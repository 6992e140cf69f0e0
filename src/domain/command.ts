/**
 * From a request to an Operation: what every mutation has in common. A command is who asks what, when, under which rules;
 * a decision is the one Operation that answers it, and the fault to report if that Operation only looks the key up.
 */
import { type Actor, STAFF_PERMISSIONS, type StaffPermission } from './actor.ts';
import { dayOf, nextDayBegins } from './calendar.ts';
import { canonicalJson, type Json, sha256, withoutAbsent } from './canonical.ts';
import type { Fault } from './fault.ts';
import type { Operation, OperationName, StaffCheck } from './operation.ts';
import type { Rejection } from './outcome.ts';
import { milestonesOf } from './postings.ts';
import type { BalanceRules } from './rules.ts';

export interface Command {
  readonly actor: Actor;
  readonly playerId: string;
  readonly idempotencyKey: string;
  readonly expectedVersion: number | null;
  readonly correlationId: string;
  readonly now: Date;
  /** The current rules; null: there are none to be had. A known key is answered all the same. */
  readonly rules: BalanceRules | null;
}

export interface Decision {
  readonly operation: Operation;
  /** Set where the operation is a lookup: what to tell the caller if the key is new. */
  readonly fault: Fault | null;
}

export const NO_CONFIG: Fault = {
  code: 'CONFIG_UNAVAILABLE',
  field: null,
  message: 'No valid balance config can be loaded, and none is made up. Send the same key again in a moment.',
};

interface DraftOptions {
  readonly name: OperationName;
  readonly permission: StaffPermission;
  /** What the client sent, without its idempotency key; nothing that the server derived. */
  readonly input: { readonly [name: string]: Json | undefined };
}

/** The operation before it is decided: it looks the key up and does nothing else. */
export function draftOperation(command: Command, { name, permission, input }: DraftOptions): Operation {
  const sent = withoutAbsent({ ...input, expectedVersion: command.expectedVersion });
  return {
    name,
    mode: 'lookup',
    playerId: command.playerId,
    createPlayer: command.actor.kind !== 'staff',
    actor: command.actor,
    staffCheck: command.actor.kind === 'staff' ? staffCheck(command, permission) : null,
    claimType: '',
    claimKey: '',
    furtherKeys: [],
    idempotencyKey: command.idempotencyKey,
    fingerprint: sha256(`${name}\n${canonicalJson(sent)}`),
    input: sent,
    correlationId: command.correlationId,
    configVersion: command.rules?.version ?? 0,
    reason: null,
    expectedVersion: command.expectedVersion,
    postings: [],
    choices: [],
    milestones: [],
    counterparty: null,
    quotas: [],
    reverses: null,
    owes: null,
    paysOwed: false,
    accruals: null,
    occurredAt: null,
    rejection: null,
  };
}

function staffCheck({ now, rules }: Command, permission: StaffPermission): StaffCheck {
  return {
    roles: STAFF_PERMISSIONS[permission],
    day: rules ? dayOf(now, rules.timeZone) : '',
    renewsAt: rules ? nextDayBegins(now, rules.timeZone).toISOString() : '',
    defaultLimit: rules?.manualRewards.limitPerReward ?? 0,
    defaultBudget: rules?.manualRewards.budgetPerDay ?? 0,
    awardsPerDay: rules?.manualRewards.awardsPerDay ?? null,
  };
}

type Claim = Pick<Operation, 'claimType' | 'claimKey'>;

/** Yes: carry the postings out under this claim, with the level-ups that they set off. */
export function commit(draft: Operation, rules: BalanceRules, plan: Claim & Partial<Operation>): Decision {
  const operation: Operation = { ...draft, ...plan, mode: 'commit' };
  return {
    operation: { ...operation, milestones: plan.milestones ?? milestonesOf(operation, rules) },
    fault: null,
  };
}

/** A business "no": it travels to the ledger and is recorded under the key. */
export function refuse(draft: Operation, claim: Claim, rejection: Rejection): Decision {
  return { operation: { ...draft, ...claim, mode: 'reject', rejection }, fault: null };
}

/** It can't be carried out: if the key is known it is answered, otherwise the fault is reported and nothing recorded. */
export function cannot(draft: Operation, fault: Fault): Decision {
  return { operation: draft, fault };
}
