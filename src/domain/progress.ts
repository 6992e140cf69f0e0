/**
 * Progress counters: balances that begin at 0 in each period. A posting or requirement names the moment before which a change no
 * longer counts, so no timer resets a counter: the kernel writes the reset down before the counter next moves, and reads compute
 * the same here.
 */
import { type Period, periodIn } from './calendar.ts';
import type { Posting, Requirement, Reset } from './moves.ts';
import type { Anchors, Balances } from './outcome.ts';
import type { BalanceRules, ClaimTypeRule, CounterRule } from './rules.ts';
import { continueStreak, streakReset } from './streaks.ts';
import { MAX_AMOUNT } from './values.ts';

/** The period that a counter is in. Without a beginning it is never reset. */
export function counterPeriod(
  { period }: Pick<CounterRule, 'period'>,
  now: Date,
  { calendar }: BalanceRules,
): Period {
  return periodIn(period, now, calendar);
}

/** What a counter loses where its last change lies before its period. */
export function resetOf(counter: CounterRule, now: Date, rules: BalanceRules): Reset {
  return { before: counterPeriod(counter, now, rules).begins, by: null };
}

/** Adds to a counter. What its maximum cuts off is lost. */
export function advance(counter: CounterRule, by: number, now: Date, rules: BalanceRules): Posting {
  const { name: resource, max } = counter;
  const ceiling = max ?? MAX_AMOUNT;
  return { resource, delta: by, floor: null, ceiling, atLimit: 'clamp', reset: resetOf(counter, now, rules) };
}

/** What a claim type asks of counters and adds to them, and the periods in which that holds. */
export interface ClaimProgress {
  readonly requires: readonly Requirement[];
  readonly advances: readonly Posting[];
  readonly periods: readonly Period[];
}

export function progressOfClaim(
  { requires, advances, streak }: Pick<ClaimTypeRule, 'requires' | 'advances' | 'streak'>,
  now: Date,
  rules: BalanceRules,
): ClaimProgress {
  const used = [...requires, ...advances].map(({ counter }) => counterRule(rules, counter));
  const continued = streak === null ? null : rules.streaks.get(streak);
  return {
    requires: requires.map(({ counter, atLeast }) => ({
      counter,
      atLeast,
      reset: resetOf(counterRule(rules, counter), now, rules),
    })),
    advances: [
      ...advances.map(({ counter, by }) => advance(counterRule(rules, counter), by, now, rules)),
      ...(continued ? [continueStreak(continued, now, rules)] : []),
    ],
    periods: periodsOf(used, now, rules),
  };
}

/** The periods that counters are in, each once. */
export function periodsOf(counters: readonly CounterRule[], now: Date, rules: BalanceRules): Period[] {
  return [...new Set(counters.map((counter) => counterPeriod(counter, now, rules)))];
}

/** The config's checks guarantee that the counter exists; a missing rule is a defect of ours. */
function counterRule({ counters }: BalanceRules, name: string): CounterRule {
  const rule = counters.get(name);
  if (!rule) throw new Error(`counter ${name} passed validation but has no rule`);
  return rule;
}

/** What a counter holds now: the kernel would find the same. `changedAt`: its last change (ISO 8601); null: unknown. */
export function counted(amount: number, changedAt: string | null, { before, by }: Reset): number {
  const isOld = before !== null && (changedAt === null || Date.parse(changedAt) < Date.parse(before));
  return isOld ? Math.max(amount - (by ?? amount), 0) : amount;
}

/** A player's balances with counters and streaks as they are now, where they ever moved. */
export function withCounters(
  balances: Balances,
  { anchors, at }: { readonly anchors: Anchors; readonly at: Date },
  rules: BalanceRules,
): Balances {
  const show = (name: string, reset: () => Reset): [string, number][] => {
    const amount = balances[name];
    return amount === undefined ? [] : [[name, counted(amount, anchors[name] ?? null, reset())]];
  };
  const shown = [
    ...[...rules.counters.values()].flatMap((one) => show(one.name, () => resetOf(one, at, rules))),
    ...[...rules.streaks.values()].flatMap((one) => show(one.name, () => streakReset(one, at, rules))),
  ];
  return shown.length === 0 ? balances : { ...balances, ...Object.fromEntries(shown) };
}

/** How far a player is towards one requirement of a claim type. */
export interface ProgressState {
  readonly counter: string;
  readonly have: number;
  readonly need: number;
  /** When the counter begins at 0 again (ISO 8601, UTC); null: never. */
  readonly resetsAt: string | null;
}

/** The requirements of a claim type for a player, whose `balances` are as withCounters shows them at `now`. */
export function progressStates(
  { requires }: Pick<ClaimTypeRule, 'requires'>,
  balances: Balances,
  now: Date,
  rules: BalanceRules,
): ProgressState[] {
  return requires.map(({ counter, atLeast }) => ({
    counter,
    have: balances[counter] ?? 0,
    need: atLeast,
    resetsAt: counterPeriod(counterRule(rules, counter), now, rules).ends,
  }));
}
