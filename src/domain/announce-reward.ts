/**
 * announceReward: a game server records that a player is owed a reward, before the player claims it. The amounts are decided
 * now, its dice are rolled now, the limits are used now, and what it requires of counters must hold now: paying asks for neither. Counters that the claim
 * advances are advanced when it is paid. Until then it is listed among the pending rewards.
 */
import { derivedKey } from './canonical.ts';
import { requirementsNotMet } from './conditions.ts';
import { type Decision, decide, type Intent, lookup, reject } from './decide.ts';
import { drawChoices, type Roll } from './draw.ts';
import { badInput } from './fault.ts';
import { claimLimit } from './limits.ts';
import { NO_EFFECTS, type OperationKind } from './operation.ts';
import { progressOfClaim } from './progress.ts';
import { givesExperience, touchedResources } from './resources.ts';
import { planReward, readsOfClaimType } from './reward-plan.ts';
import type { BalanceRules, Facts } from './rules.ts';
import { notAvailable, stateInterval } from './window.ts';

export const ANNOUNCE_REWARD = {
  name: 'announceReward',
  claimType: 'announcement',
  permission: 'reward:claim',
} as const satisfies OperationKind;

export interface AnnounceReward {
  readonly type: string;
  readonly key: string;
  readonly facts: Facts | null;
}

/** The dice are rolled now, and stay secret. Which guarantees are due is found when the reward is paid. */
export function decideAnnounceReward(
  intent: Intent,
  { type, key, facts }: AnnounceReward,
  roll: Roll,
): Decision {
  const reads = ({ claimTypes }: BalanceRules) => readsOfClaimType(claimTypes.get(type));
  return decide({ intent, kind: ANNOUNCE_REWARD, input: { type, key, facts }, reads }, (rules, player) => {
    const claim = { claimType: ANNOUNCE_REWARD.claimType, claimKey: derivedKey(type, key) };
    const claimType = rules.claimTypes.get(type);
    if (!claimType) return reject(claim, { kind: 'unknown_claim_type', claimType: type });
    if (claimType.proof === 'calendar')
      return lookup(badInput('type', `${type} is claimed by the calendar and cannot be announced`));
    const plan = planReward(claimType, { facts: facts ?? {}, field: 'facts', player }, rules);
    if (plan.kind === 'fault') return lookup(plan.fault);
    const holds = stateInterval(claimType.window, intent.now);
    const closed = notAvailable(type, claimType.window, intent.now);
    if (closed) return reject(claim, closed, holds);
    // Conditions are judged now and not when the reward is paid.
    const refused = requirementsNotMet(type, { unmet: plan.unmet, player });
    if (refused) return reject(claim, refused, holds);

    const { postings, sourceKeys } = plan;
    const choices = drawChoices(claimType.draws, rules, roll);
    const given = { ...NO_EFFECTS, postings, choices };
    const resources = touchedResources({ ...given, milestones: givesExperience(given, rules) }, rules);
    const announced = { claimType: type, claimKey: key, plan: { resources, postings, choices, sourceKeys } };
    const limits = claimLimit(claimType, intent.now, rules);
    const { requires, periods } = progressOfClaim(claimType, intent.now, rules);
    const source = { kind: 'announcement', announces: announced } as const;
    return { kind: 'commit', ...claim, limits, requires, periods, holds, source };
  });
}
