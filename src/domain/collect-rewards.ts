/**
 * collectRewards: a player collects pending rewards, each as a claim of its own, as if they had claimed it. The announcement is the
 * proof: no ticket is needed. Which rewards a call collects, the kernel records with the call.
 */
import { type Decision, decide, type Intent } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import type { Posting } from './moves.ts';
import type { OperationKind } from './operation.ts';
import { progressOfClaim } from './progress.ts';
import type { ClaimId } from './values.ts';

/** Each claim's type is that of its announced reward. */
export const COLLECT_REWARDS = {
  name: 'collectRewards',
  claimType: null,
  permission: 'reward:claim',
} as const satisfies OperationKind;

/** The most rewards of one call. */
export const MAX_COLLECTED = 50;

export interface CollectRewards {
  /** Null: all that are pending, the oldest first. */
  readonly ids: readonly ClaimId[] | null;
}

/** The counters that a claim of a type advances, by claim type. */
export type AdvancesByType = ReadonlyMap<string, readonly Posting[]>;

export interface Collection {
  /** What the operations of the call have in common. */
  readonly decision: Decision;
  readonly advances: AdvancesByType;
}

export function decideCollectRewards(intent: Intent, { ids }: CollectRewards): Collection {
  const advances = new Map<string, readonly Posting[]>();
  // The key of a server's call is the server's: its input names the player.
  const playerId = intent.actor.kind === 'player' ? null : intent.playerId;
  const input = { ids, all: ids === null ? true : null, playerId };
  const decision = decide({ intent, kind: COLLECT_REWARDS, input }, (rules) => {
    const progress = [...rules.claimTypes.values()]
      .filter((claimType) => claimType.advances.length > 0)
      .map((claimType) => {
        const counted = { requires: [], advances: claimType.advances, streak: null };
        return [claimType.name, progressOfClaim(counted, intent.now, rules)] as const;
      });
    for (const [name, moved] of progress) advances.set(name, moved.advances);
    return {
      kind: 'commit',
      ...{ claimType: '', claimKey: '', milestones: true, source: { kind: 'pending' } },
      // For the balances that the operations need: each advances those of its own type.
      advances: progress.flatMap(([, moved]) => moved.advances),
      periods: progress.flatMap(([, { periods }]) => periods),
    };
  });
  return { decision, advances };
}

export function wrongIds(ids: readonly ClaimId[] | null, all: boolean | null): Fault | null {
  if ((ids === null) === (all !== true)) return badInput('ids', 'required, or all: true instead');
  if (ids === null) return null;
  if (ids.length < 1 || ids.length > MAX_COLLECTED)
    return badInput('ids', `must have 1 to ${MAX_COLLECTED} entries`);
  return new Set(ids).size < ids.length ? badInput('ids', 'must not name a reward twice') : null;
}
