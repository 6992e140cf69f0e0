import { describe, expect, test } from 'vitest';
import type { PeriodKind } from '../../src/domain/calendar.ts';
import {
  advance,
  counted,
  counterPeriod,
  progressOfClaim,
  progressStates,
  resetOf,
  withCounters,
} from '../../src/domain/progress.ts';
import type { BalanceRules, CounterRule } from '../../src/domain/rules.ts';
import { MAX_AMOUNT } from '../../src/domain/values.ts';
import { NOW, RULES } from './rules.ts';

const counter = (name: string, period: PeriodKind, max: number | null = null): [string, CounterRule] => [
  name,
  { name, period, max },
];
const COUNTING: BalanceRules = {
  ...RULES,
  counters: new Map([counter('wins', 'day'), counter('goals', 'week', 10), counter('matches', 'ever')]),
};
const ruleOf = (name: string) => COUNTING.counters.get(name) as CounterRule;

/** In Berlin it is Monday, 2 November 2026, half past midnight. */
const MONDAY = '2026-11-01T23:00:00.000Z';

describe('the period of a counter', () => {
  test.each([
    ['wins', MONDAY, '2026-11-02T23:00:00.000Z'],
    ['goals', MONDAY, '2026-11-08T23:00:00.000Z'],
  ])('of %s begins at midnight in the time zone of the config', (name, begins, ends) => {
    expect(counterPeriod(ruleOf(name), NOW, COUNTING)).toMatchObject({ begins, ends });
  });

  test('of a counter for ever has neither beginning nor end', () => {
    expect(counterPeriod(ruleOf('matches'), NOW, COUNTING)).toMatchObject({ begins: null, ends: null });
  });

  test('of a counter of a season is the season, and it begins again at both of its ends', () => {
    const [from, until] = ['2026-11-05T00:00:00.000Z', '2026-12-01T00:00:00.000Z'];
    const calendar = { ...COUNTING.calendar, seasons: new Map([['autumn', { from, until }]]) };
    const leaves = { name: 'leaves', period: { season: 'autumn' }, max: null };
    const resetAt = (now: string) => resetOf(leaves, new Date(now), { ...COUNTING, calendar });
    expect(resetAt('2026-11-04T23:59:59.999Z')).toEqual({ before: null, by: null });
    expect(resetAt(from)).toEqual({ before: from, by: null });
    expect(resetAt('2026-11-30T23:59:59.999Z')).toEqual({ before: from, by: null });
    expect(resetAt(until)).toEqual({ before: until, by: null });
  });
});

test('an advance stops at the maximum of the counter and begins at 0 in a new period', () => {
  const posting = { floor: null, atLimit: 'clamp' };
  expect(advance(ruleOf('goals'), 3, NOW, COUNTING)).toEqual({
    ...posting,
    resource: 'goals',
    delta: 3,
    ceiling: 10,
    reset: { before: MONDAY, by: null },
  });
  expect(advance(ruleOf('matches'), 1, NOW, COUNTING)).toEqual({
    ...posting,
    resource: 'matches',
    delta: 1,
    ceiling: MAX_AMOUNT,
    reset: { before: null, by: null },
  });
});

test.each<[string, string | null, string | null, number | null, number]>([
  ['a change within the period', MONDAY, MONDAY, null, 5],
  ['a change a millisecond before it', '2026-11-01T22:59:59.999Z', MONDAY, null, 0],
  ['an unknown change', null, MONDAY, null, 0],
  ['a counter without periods', '2020-01-01T00:00:00.000Z', null, null, 5],
  ['an unknown change of a counter without periods', null, null, null, 5],
  ['a loss of a part', '2026-10-01T00:00:00.000Z', MONDAY, 2, 3],
  ['a loss of more than there is', '2026-10-01T00:00:00.000Z', MONDAY, 9, 0],
])('a counter of 5 is read after %s', (_, changedAt, before, by, shown) => {
  expect(counted(5, changedAt, { before, by })).toBe(shown);
});

test('a player sees counters as they are in their running periods, and no counter that never moved', () => {
  const anchors = { wins: '2026-11-01T22:00:00.000Z', goals: '2026-11-01T23:10:00.000Z' };
  const balances = { gold: 7, wins: 4, goals: 6 };
  expect(withCounters(balances, { anchors, at: NOW }, COUNTING)).toEqual({ gold: 7, wins: 0, goals: 6 });
});

describe('the progress of a claim type', () => {
  const quest = {
    requires: [
      { counter: 'goals', atLeast: 5 },
      { counter: 'wins', atLeast: 3 },
    ],
    advances: [{ counter: 'matches', by: 1 }],
    streak: null,
  };

  test('names what it requires, in its order, and the periods in which that holds', () => {
    const { requires, advances, periods } = progressOfClaim(quest, NOW, COUNTING);
    expect(requires).toEqual([
      { counter: 'goals', atLeast: 5, reset: { before: MONDAY, by: null } },
      { counter: 'wins', atLeast: 3, reset: { before: MONDAY, by: null } },
    ]);
    expect(advances.map(({ resource, delta }) => [resource, delta])).toEqual([['matches', 1]]);
    expect(periods.map(({ name }) => name)).toEqual(['2026-W45', '2026-11-02', 'ever']);
  });

  test('shows how far a player is, and when the counters begin again', () => {
    const balances = { goals: 6 };
    expect(progressStates(quest, balances, NOW, COUNTING)).toEqual([
      { counter: 'goals', have: 6, need: 5, resetsAt: '2026-11-08T23:00:00.000Z' },
      { counter: 'wins', have: 0, need: 3, resetsAt: '2026-11-02T23:00:00.000Z' },
    ]);
  });
});
