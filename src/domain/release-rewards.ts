/** releaseRewards and dropRewards: staff pay what was held back, or reverse the claims that gave it. */

import type { Intent } from './decide.ts';
import { countersOfTables } from './draw.ts';
import { badInput } from './fault.ts';
import { type ActionKind, type DecidedAction, decideAction } from './staff-action.ts';
import type { PositiveInt, Reason } from './values.ts';

export const RELEASE_REWARDS = {
  name: 'releaseRewards',
  claimType: 'held_release',
  permission: 'breaker:release',
} as const satisfies ActionKind;

export const DROP_REWARDS = {
  name: 'dropRewards',
  claimType: 'held_drop',
  permission: 'breaker:release',
} as const satisfies ActionKind;

/** The most rewards that one call settles. */
export const MAX_SETTLED = 500;

/** Which of the held rewards; null: any. */
export interface HeldFilter {
  readonly breaker: string | null;
  /** The type of the claim that it was held back from. */
  readonly type: string | null;
  readonly playerId: string | null;
}

export interface SettleRewards extends HeldFilter {
  readonly atMost: PositiveInt | null;
  readonly reason: Reason;
}

export interface DropRewards extends SettleRewards {
  readonly reopen: boolean | null;
}

export function decideReleaseRewards(intent: Intent, request: SettleRewards): DecidedAction {
  const { input, effect } = settlement(request);
  return decideAction(
    {
      intent,
      kind: RELEASE_REWARDS,
      input,
      reason: request.reason,
      effect: { kind: 'held.release', ...effect },
    },
    () => tooMany(request),
  );
}

export function decideDropRewards(intent: Intent, request: DropRewards): DecidedAction {
  const { input, effect } = settlement(request);
  const reopen = request.reopen ?? false;
  // Reversing a draw counts its guarantees again.
  const counters = countersOfTables([...(intent.rules?.drawTables.values() ?? [])]);
  return decideAction(
    {
      intent,
      kind: DROP_REWARDS,
      input: { ...input, reopen: request.reopen },
      reason: request.reason,
      effect: { kind: 'held.drop', ...effect, reopen, counters },
    },
    () => tooMany(request),
  );
}

function settlement({ breaker, type, playerId, atMost, reason }: SettleRewards) {
  return {
    input: { breaker, type, playerId, atMost, reason },
    effect: { breaker, type, player: playerId, atMost: atMost ?? MAX_SETTLED },
  };
}

function tooMany({ atMost }: SettleRewards) {
  return (atMost ?? 0) > MAX_SETTLED ? badInput('atMost', `must be at most ${MAX_SETTLED}`) : null;
}
