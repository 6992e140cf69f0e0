/** What the model's kernel decides for a recorded claim, given a state in which the claim may have been decided. */

import { COUNTERS } from '../game/draw-tables.ts';
import { PROGRESS } from '../game/progress.ts';
import { HELD_TYPE, heldKey } from '../model/breakers.ts';
import { type ClaimKeys, EXPIRY } from '../model/claim-keys.ts';
import type { ClaimEffect, Effect, PendingReward } from '../model/effect.ts';
import { expireReward } from '../model/expiry.ts';
import { decide, keyOf, type Outcome } from '../model/kernel.ts';
import { isShared, type LimitUse, subjectOf } from '../model/limits.ts';
import {
  alwaysIn,
  dayOfPlayer,
  namedZone,
  type PlayerDay,
  type PlayerZone,
  zoneAfter,
} from '../model/player-days.ts';
import type { Rules } from '../model/rules.ts';
import type { StaffLimits } from '../model/staff-limits.ts';
import { staffOf, type World } from '../schedule/world.ts';
import { dayOf } from './day.ts';
import { couldBeCollected, settlementOf } from './held.ts';
import type { History, Progress, RecordedClaim } from './history.ts';
import { type ClaimRow, isHeld } from './rows.ts';
import type { StaffUse } from './staff.ts';

export interface PossibleState {
  /** By player: the number that the player was at. */
  readonly numbers: ReadonlyMap<string, number>;
  /** How much more than certainly was used of counters that players share; null: their limits are not checked. */
  readonly more: number | null;
}

export interface Expected {
  readonly outcome: Outcome;
  readonly keys: ClaimKeys;
  /** How much more than certainly may have been used of counters that players share. */
  readonly mostMore: number;
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
  const operation =
    intent.operation === EXPIRY
      ? expireReward
      : (settlementOf(claim, operations) ?? operations.get(intent.operation));
  return operation?.effect({
    intent,
    sent,
    rules,
    day,
    claim: recorded,
  });
}

/** The zone that the token of the recorded request named. A token says something of its own player alone. */
function namedBy({ claim, recorder: { intent } }: RecordedClaim): string | null {
  return claim.actorKind === 'player' ? namedZone(intent.zone) : null;
}

/** A player's first operation finds no zone of theirs, so there is nothing to wait for. */
function zoneOf(recorded: RecordedClaim, zone: PlayerZone, number: number): PlayerZone {
  const named = namedBy(recorded);
  return number === 0 && named !== null ? alwaysIn(named) : zone;
}

/** Whether it counts in the player's day: only such an operation records what its token named. */
function dependsOnDay(effect: ClaimEffect, { name, begins }: PlayerDay): boolean {
  const { type, limits = [], advances = [] } = effect;
  const isOfGame = new Date(begins).toISOString() === `${name}T00:00:00.000Z`;
  return (
    type === 'daily_quest' ||
    advances.some(({ resource }) => resource === 'matches') ||
    limits.some(({ subject, about }) => about.period === 'DAY' && (subject === 'player' || isOfGame))
  );
}

function usesOf({ limits = [], usedUp }: ClaimEffect): LimitUse[] {
  return [...limits, ...(usedUp ? [usedUp.use] : [])];
}

/** Null: the config version was never published. */
export function expectedIn(
  { numbers, more }: PossibleState,
  history: History,
  recorded: RecordedClaim,
  { timeline, staff, regeneration }: Progress,
): Expected | null {
  const { claim, attempt } = recorded;
  const published = history.rulesOf(claim.configVersion);
  const { type, key, player } = claim;
  const number = numbers.get(player) ?? 0;
  const zone = zoneOf(recorded, timeline.zoneAt(player, number), number);
  const isLocal = published?.countsByPlayerZone === true;
  const today = isLocal ? dayOfPlayer(zone, claim.claimedAt) : undefined;
  const rules = published && { ...published, ...(today && { today }) };
  const effect = rules && effectOf(history, recorded, rules);
  if (!effect) return null;
  const { expectedVersion } = attempt.sent;
  const uses = effect.kind === 'claim' ? usesOf(effect) : [];
  const recipient = (effect.kind === 'claim' && effect.counterparty) || null;
  const subjectIn = (use: LimitUse) => subjectOf(use, { player, recipient, server: claim.actorId });
  const shared = (use: LimitUse) => timeline.limits.usedAt(subjectIn(use), use, claim.claimedAt);
  const used = (use: LimitUse) => {
    if (use.subject === 'call') return 0;
    if (isShared(use)) return more === null ? 0 : shared(use).least + more;
    const subject = subjectIn(use);
    return timeline.limits.used(subject, numbers.get(subject) ?? timeline.number(subject), use);
  };
  const windows = uses.filter(isShared).map(shared);
  const mostMore = Math.max(0, ...windows.map(({ least, most }) => most - least));
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
      recorded: claim,
      segmentsOf: (resource) => regeneration.of(resource, claim.configVersion),
      now: claim.claimedAt,
      takenBy: (claimType, claimKey) => timeline.takenBy(player, number, claimType, claimKey),
      sourceTakenBy: (sourceKey) => timeline.sourceTakenBy(player, number, sourceKey, claim.claimedAt),
      expiredAt: (id) => timeline.expiredAt(id),
      reversalOf: (id) => timeline.reversalOf(id, number),
      used,
      staff: staffLimits(claim, history.world, rules, staff.get(claim.id)),
      ...holdingOf(claim, history),
    },
    rules,
  );
  if (effect.kind === 'rejected') return { outcome, mostMore, keys: { type, key, sourceKeys: [] } };
  const sourceKeys = outcome.kind === 'granted' ? outcome.sourceKeys : [];
  const { announces, reverses, acceptsGifts, freezes } = effect;
  // What was announced has used its limits before.
  const isPaid = outcome.kind === 'granted' && outcome.paidPending;
  const made = {
    ...{ type: effect.type, key: keyOf(effect, ledger), sourceKeys, announces, reverses },
    ...{
      acceptsGifts,
      freezes,
      holds: heldReward(claim, outcome, rules),
      limits: isPaid ? [] : usesOf(effect),
    },
    ...(today &&
      dependsOnDay(effect, today) && { zone: zoneAfter(zone, namedBy(recorded), claim.claimedAt) }),
  };
  return { outcome, mostMore, keys: made };
}

/** What the rows say of a claim that may have been held back. */
function holdingOf(claim: ClaimRow, { rows }: History) {
  return {
    isHeld: isHeld(claim),
    maySettleHeld: claim.outcome === 'granted' && couldBeCollected(rows) > 0,
    isCounter: (resource: string) => COUNTERS.includes(resource) || PROGRESS.includes(resource),
  };
}

function heldReward({ number }: ClaimRow, outcome: Outcome, rules: Rules): PendingReward | undefined {
  if (outcome.kind !== 'granted' || outcome.holds === null || number === null) return undefined;
  const postings = outcome.holds;
  const common = { sourceKeys: [], rules, expiry: null, isHeld: true } as const;
  return { ...common, type: HELD_TYPE, key: heldKey(number), postings };
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
