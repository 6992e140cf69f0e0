/**
 * Streaks: how many periods in a row a player made a claim. A streak is a counter that one claim type continues, once per period.
 * What it pays for a length of the streak is a choice that the kernel makes after the streak has moved, in the same round trip.
 */
import { type Calendar, periodIn } from './calendar.ts';
import type { Choice, Posting, Reset } from './moves.ts';
import type { Anchors, Balances } from './outcome.ts';
import { give, resourceRule } from './postings.ts';
import type { BalanceRules, ClaimTypeRule, StreakRule } from './rules.ts';
import type { Alternative, Alternatives } from './terms.ts';
import { MAX_AMOUNT } from './values.ts';

/** What a streak loses where it was last continued before the period that the grace reaches back to. */
export function streakReset(
  { period, grace, loses }: StreakRule,
  now: Date,
  { calendar }: BalanceRules,
): Reset {
  return { before: beginsBefore({ period, grace }, now, calendar), by: loses };
}

/** The beginning of the period that lies `grace` + 1 periods before the running one. */
function beginsBefore(
  { period, grace }: Pick<StreakRule, 'period' | 'grace'>,
  now: Date,
  calendar: Calendar,
): string {
  const place = `${period}/${grace}`;
  const running = periodIn(period, now, calendar).begins;
  const known = kept.get(calendar)?.get(place);
  if (known?.running === running) return known.begins;
  let begins = running;
  for (let back = 0; back <= grace; back++)
    begins = periodIn(period, new Date(Date.parse(begins) - 1), calendar).begins;
  const places = kept.get(calendar) ?? new Map();
  kept.set(calendar, places.set(place, { running, begins }));
  return begins;
}

/** The last beginning that was found: going back costs several readings of the zone's clock. */
const kept = new WeakMap<Calendar, Map<string, { readonly running: string; readonly begins: string }>>();

/** One more period. */
export function continueStreak(streak: StreakRule, now: Date, rules: BalanceRules): Posting {
  const reset = streakReset(streak, now, rules);
  return { resource: streak.name, delta: 1, floor: null, ceiling: MAX_AMOUNT, atLimit: 'clamp', reset };
}

/** What a claim type gives for the length of its streak: the alternatives, the longest first. Empty: nothing. */
function streakRewards(
  { rewardsByStreak }: Pick<ClaimTypeRule, 'rewardsByStreak'>,
  rules: BalanceRules,
): Posting[][] {
  return rewardsByStreak.map(({ rewards }) =>
    rewards.map(({ resource, amount }) => give(resourceRule(rules, resource), amount)),
  );
}

/** The kernel takes the first row that the streak has reached, this claim included. Empty: the type has none. */
export function streakChoice(
  { streak, rewardsByStreak }: Pick<ClaimTypeRule, 'streak' | 'rewardsByStreak'>,
  rules: BalanceRules,
): Choice[] {
  if (streak === null || rewardsByStreak.length === 0) return [];
  const rows = streakRewards({ rewardsByStreak }, rules);
  const oneOf = rewardsByStreak.map(({ from }, place) => ({
    when: [{ resource: streak, atLeast: from }],
    postings: rows[place] ?? [],
    draws: [],
  }));
  return [{ oneOf: [...oneOf, { when: [], postings: [], draws: [] }] }];
}

/**
 * The ways in which a claim may be granted: for each length of its streak, the longest first, and for any other. The first that is
 * reached is paid.
 */
export function alternativesByStreak(
  claimType: Pick<ClaimTypeRule, 'rewardsByStreak' | 'draws'>,
  postings: readonly Posting[],
  rules: BalanceRules,
): Alternatives {
  const given = (more: readonly Posting[]) => ({ postings: [...postings, ...more], draws: claimType.draws });
  const [first, ...others] = streakRewards(claimType, rules).map(given);
  return first ? [first, ...others, given([])] : [given([])];
}

/** The alternative that a claim would be granted in now; `balances` as withCounters shows them. */
export function alternativeReached(
  { streak, rewardsByStreak }: Pick<ClaimTypeRule, 'streak' | 'rewardsByStreak'>,
  alternatives: Alternatives,
  balances: Balances,
): Alternative {
  const length = streak === null ? 0 : (balances[streak] ?? 0) + 1;
  const place = rewardsByStreak.findIndex(({ from }) => from <= length);
  return alternatives.at(place) ?? alternatives[0];
}

/** A player's streak, for screens. */
export interface StreakState {
  readonly streak: string;
  /** How many periods it has now. */
  readonly length: number;
  /** Whether it was continued in the running period. */
  readonly isContinued: boolean;
  /** When it decays if it is not continued before (ISO 8601, UTC); null: there is nothing to lose. */
  readonly atRiskAt: string | null;
}

/** `balances` are as withCounters shows them at `now`; `anchors` has when each was last continued. */
export function streakState(
  { name, period, grace }: StreakRule,
  { balances, anchors }: { readonly balances: Balances; readonly anchors: Anchors },
  now: Date,
  { calendar }: BalanceRules,
): StreakState {
  const length = balances[name] ?? 0;
  const last = anchors[name];
  if (last === undefined || length === 0) return { streak: name, length, isContinued: false, atRiskAt: null };
  let until = periodIn(period, new Date(last), calendar).ends;
  const isContinued = now.getTime() < Date.parse(until);
  for (let missed = 0; missed <= grace; missed++) until = periodIn(period, new Date(until), calendar).ends;
  return { streak: name, length, isContinued, atRiskAt: Date.parse(until) > now.getTime() ? until : null };
}
