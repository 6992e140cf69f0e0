/** What the model's kernel decides for a recorded claim, given a state in which the claim may have been decided. */
import type { Effect } from '../model/effect.ts';
import { decide, keyOf, type Outcome, type StaffLimits } from '../model/kernel.ts';
import type { Rules } from '../model/rules.ts';
import type { ClaimKeys } from '../model/timeline.ts';
import { staffOf, type World } from '../schedule/world.ts';
import { dayOf } from './day.ts';
import type { History, Progress, RecordedClaim } from './history.ts';
import type { ClaimRow } from './rows.ts';
import type { StaffUse } from './staff.ts';

/** By player: the number that the player was at. */
export type PossibleState = ReadonlyMap<string, number>;

export interface Expected {
  readonly outcome: Outcome;
  readonly keys: ClaimKeys;
}

function effectOf(
  { operations }: History,
  { claim, attempt }: RecordedClaim,
  rules: Rules,
): Effect | undefined {
  const { type, key, claimedAt, row } = claim;
  const { intent, sent } = attempt;
  const day = dayOf(claimedAt);
  const recorded = { type, key, claimedAt, row };
  return operations.get(intent.operation)?.effect({ intent, sent, rules, day, claim: recorded });
}

/** Null: the config version was never published. */
export function expectedIn(
  numbers: PossibleState,
  history: History,
  recorded: RecordedClaim,
  { timeline, staff, regeneration }: Progress,
): Expected | null {
  const { claim, attempt } = recorded;
  const rules = history.rulesOf(claim.configVersion);
  const effect = rules && effectOf(history, recorded, rules);
  if (!effect) return null;
  const { type, key, player } = claim;
  const number = numbers.get(player) ?? 0;
  const { expectedVersion } = attempt.sent;
  const limit = effect.kind === 'claim' ? effect.limit : null;
  const day = dayOf(claim.claimedAt);
  const ledger = timeline.view(player, number, numbers);
  const outcome = decide(
    effect,
    {
      player,
      exists: (one) => (numbers.get(one) ?? timeline.number(one)) > 0,
      createsPlayer: claim.actorKind !== 'staff',
      version: timeline.versionAt(player, number),
      expectedVersion: typeof expectedVersion === 'number' ? expectedVersion : null,
      ledger,
      segmentsOf: (resource) => regeneration.of(resource, claim.configVersion),
      now: claim.claimedAt,
      takenBy: (claimType, claimKey) => timeline.takenBy(player, number, claimType, claimKey),
      sourceTakenBy: (sourceKey) => timeline.sourceTakenBy(player, number, sourceKey, claim.claimedAt),
      reversalOf: (id) => timeline.reversalOf(id, number),
      used: limit ? timeline.used(player, number, limit.name, day) : 0,
      staff: staffLimits(claim, history.world, rules, staff.get(claim.id)),
    },
    rules,
  );
  if (effect.kind === 'rejected') return { outcome, keys: { type, key, sourceKeys: [], day } };
  const sourceKeys = outcome.kind === 'granted' ? outcome.sourceKeys : [];
  const { announces, reverses, acceptsGifts } = effect;
  const made = {
    ...{ type: effect.type, key: keyOf(effect, ledger), sourceKeys, announces, reverses },
    ...{ acceptsGifts, day },
  };
  // What was announced has used its limits before.
  const isPaid = outcome.kind === 'granted' && outcome.paidPending;
  return { outcome, keys: { ...made, limit: isPaid ? null : limit } };
}

function staffLimits(
  claim: ClaimRow,
  world: World,
  rules: Rules,
  { spentBefore = 0, awardsBefore = 0, givenBefore = {} }: Partial<StaffUse> = {},
): StaffLimits | null {
  if (claim.actorKind !== 'staff') return null;
  const member = staffOf(world).find(({ id }) => id === claim.actorId);
  return {
    rewardLimit: member?.rewardLimit ?? rules.limitPerReward,
    budget: member?.dailyBudget ?? rules.budgetPerDay,
    spentBefore,
    givenBefore,
    awards: rules.awardsPerDay,
    awardsBefore,
  };
}
