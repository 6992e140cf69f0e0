import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CalendarPeriod } from '../../src/domain/calendar.ts';
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import { claimablesOf, pageOfClaimables, requestForClaimables } from '../../src/domain/claimables.ts';
import { unknownPlayer } from '../../src/domain/player-facts.ts';
import { derivePlayer, newPlayer } from '../../src/domain/player-state.ts';
import { counted, withCounters } from '../../src/domain/progress.ts';
import type { BalanceRules, ClaimTypeRule, StreakRule } from '../../src/domain/rules.ts';
import { alternativeReached, streakReset, streakState } from '../../src/domain/streaks.ts';
import { type Alternatives, termsOf } from '../../src/domain/terms.ts';
import { intentOf, NOW, PLAYER, RULES, SERVER, STAFF } from './rules.ts';

const login = (over: Partial<StreakRule> = {}): StreakRule => ({
  ...{ name: 'login', period: 'day', grace: 0, loses: null },
  ...over,
});
const daily = RULES.claimTypes.get('daily') as ClaimTypeRule;
const rewards = (amount: number) => [{ resource: 'gems', amount }];
const rulesWith = (streak: StreakRule): BalanceRules => ({
  ...RULES,
  streaks: new Map([['login', streak]]),
  claimTypes: new Map([
    [
      'daily',
      {
        ...daily,
        streak: 'login',
        rewardsByStreak: [
          { from: 7, rewards: rewards(5) },
          { from: 2, rewards: rewards(1) },
        ],
      },
    ],
  ]),
});
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('a streak decays', () => {
  // In Berlin it is Monday, 2 November 2026, half past midnight.
  test.each<[CalendarPeriod, number, string]>([
    ['day', 0, '2026-10-31T23:00:00.000Z'],
    ['day', 1, '2026-10-30T23:00:00.000Z'],
    ['week', 0, '2026-10-25T23:00:00.000Z'],
    ['month', 0, '2026-09-30T22:00:00.000Z'],
    ['month', 2, '2026-07-31T22:00:00.000Z'],
  ])('per %s with a grace of %i where it was last continued before %s', (period, grace, before) => {
    const streak = login({ period, grace, loses: 3 });
    expect(streakReset(streak, NOW, rulesWith(streak))).toEqual({ before, by: 3 });
    // The same again, from what was kept.
    expect(streakReset(streak, NOW, rulesWith(streak)).before).toBe(before);
  });
});

/** Claims on these days, each in order, by the rule that the kernel applies. */
function played(
  days: readonly number[],
  streak: StreakRule,
  rules: BalanceRules,
): { length: number; at: string } {
  let state = { length: 0, at: '' };
  for (const day of days) {
    const now = new Date(NOW.getTime() + day * DAY);
    const changedAt = state.at === '' ? null : state.at;
    const length = counted(state.length, changedAt, streakReset(streak, now, rules)) + 1;
    state = { length, at: now.toISOString() };
  }
  return state;
}

/** The same from the list of days alone. */
function expected(days: readonly number[], { grace, loses }: StreakRule): number {
  return days.reduce((length, day, place) => {
    const missed = place === 0 ? 0 : day - (days[place - 1] as number) - 1;
    if (missed <= grace) return length + 1;
    return (loses === null ? 0 : Math.max(length - loses, 0)) + 1;
  }, 0);
}

test('the length of a streak follows from the days on which it was continued', () => {
  const days = fc
    .uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 30 })
    .map((list) => list.toSorted((a, b) => a - b));
  const grace = fc.integer({ min: 0, max: 3 });
  const loses = fc.option(fc.integer({ min: 1, max: 5 }));
  fc.assert(
    fc.property(days, grace, loses, (list, grace, loses) => {
      const streak = login({ grace, loses });
      const rules = rulesWith(streak);
      const { length, at } = played(list, streak, rules);
      expect(length).toBe(expected(list, streak));

      // What screens show on each day after that agrees with what the next claim would find.
      for (let later = 0; later <= grace + 3; later++) {
        const now = new Date(Date.parse(at) + later * DAY);
        const anchors = { login: at };
        const balances = withCounters({ login: length }, { anchors, at: now }, rules);
        const kept = later <= grace + 1;
        expect(balances.login).toBe(kept ? length : loses === null ? 0 : Math.max(length - loses, 0));
        const state = streakState(streak, { balances, anchors }, now, rules);
        expect(state).toMatchObject({ length: balances.login, isContinued: later === 0 });
        expect(state.atRiskAt !== null && now.getTime() < Date.parse(state.atRiskAt)).toBe(kept);
      }
    }),
    { numRuns: 60 },
  );
});

test('a streak is at risk until the end of the last period in which it can be continued', () => {
  const at = '2026-11-01T23:10:00.000Z';
  const state = (grace: number, now: Date) => {
    const streak = login({ grace });
    return streakState(streak, { balances: { login: 4 }, anchors: { login: at } }, now, rulesWith(streak));
  };
  expect(state(0, NOW)).toEqual({
    ...{ streak: 'login', length: 4, isContinued: true },
    atRiskAt: '2026-11-03T23:00:00.000Z',
  });
  expect(state(1, new Date(NOW.getTime() + DAY))).toEqual({
    ...{ streak: 'login', length: 4, isContinued: false },
    atRiskAt: '2026-11-04T23:00:00.000Z',
  });
  const none = streakState(login(), { balances: {}, anchors: {} }, NOW, rulesWith(login()));
  expect(none).toEqual({ streak: 'login', length: 0, isContinued: false, atRiskAt: null });
});

describe('a claim that continues a streak', () => {
  const claim = { type: 'daily', key: null, facts: null, ticket: null, terms: null };
  const decided = (actor: typeof PLAYER, over = {}) =>
    decideClaimReward(intentOf(actor, { rules: rulesWith(login()) }), { ...claim, ...over });

  test('adds a period, and leaves to the kernel what its length pays', () => {
    const { operation } = decided(PLAYER);
    expect(operation).toMatchObject({
      mode: 'commit',
      postings: [{ resource: 'gold', delta: 150 }],
      advances: [{ resource: 'login', delta: 1, reset: { before: '2026-10-31T23:00:00.000Z', by: null } }],
      choices: [
        {
          oneOf: [
            {
              when: [{ resource: 'login', atLeast: 7 }],
              postings: [{ resource: 'gems', delta: 5 }],
              draws: [],
            },
            {
              when: [{ resource: 'login', atLeast: 2 }],
              postings: [{ resource: 'gems', delta: 1 }],
              draws: [],
            },
            { when: [], postings: [], draws: [] },
          ],
        },
      ],
    });
    expect(operation.resources).toEqual(expect.arrayContaining(['login', 'gems', 'gold']));
    expect([operation.holdsFrom, operation.holdsUntil]).toEqual([
      '2026-11-01T23:00:00.000Z',
      '2026-11-02T23:00:00.000Z',
    ]);
  });

  test('has terms of every length, which change with a row', () => {
    const { alternatives } = decided(SERVER);
    expect(
      alternatives?.map(({ postings }) => postings.map(({ resource, delta }) => [resource, delta])),
    ).toEqual([
      [
        ['gold', 150],
        ['gems', 5],
      ],
      [
        ['gold', 150],
        ['gems', 1],
      ],
      [['gold', 150]],
    ]);
    const { operation } = decided(PLAYER, { terms: '0'.repeat(32) });
    expect(operation).toMatchObject({ mode: 'reject', rejection: { kind: 'terms_changed' } });
  });

  test('shows one amount of a resource that its rewards and its streak give', () => {
    const rules = rulesWith(login());
    const more = { ...rules.claimTypes.get('daily') } as ClaimTypeRule;
    const both = { ...more, rewardsByStreak: [{ from: 2, rewards: [{ resource: 'gold', amount: 7 }] }] };
    const intent = intentOf(PLAYER, { rules: { ...rules, claimTypes: new Map([['daily', both]]) } });
    expect(decideClaimReward(intent, { ...claim, terms: '0'.repeat(32) }).operation.rejection).toMatchObject({
      kind: 'terms_changed',
      costs: [],
      gives: [{ resource: 'gold', amount: 157 }],
    });
  });

  test.each([
    [0, [['gold', 150]]],
    [
      1,
      [
        ['gold', 150],
        ['gems', 1],
      ],
    ],
    [
      5,
      [
        ['gold', 150],
        ['gems', 1],
      ],
    ],
    [
      6,
      [
        ['gold', 150],
        ['gems', 5],
      ],
    ],
  ])('after a streak of %i gives what a screen shows: %j', (length, given) => {
    const rules = rulesWith(login());
    const rule = rules.claimTypes.get('daily') as ClaimTypeRule;
    const { alternatives } = decided(PLAYER);
    const { postings } = alternativeReached(rule, alternatives as Alternatives, { login: length });
    expect(postings.map(({ resource, delta }) => [resource, delta])).toEqual(given);
  });

  test('has the same terms on a screen', () => {
    const rules = rulesWith(login());
    const page = pageOfClaimables(rules, {
      tag: null,
      ids: null,
      after: null,
      first: 9,
      texts: {},
    }) as NonNullable<ReturnType<typeof pageOfClaimables>>;
    const request = requestForClaimables(page, NOW, rules);
    expect(request.resources).toContain('login');
    const recorded = {
      ...newPlayer('p1', rules, NOW),
      balances: { login: 6 },
      anchors: { login: NOW.toISOString() },
    };
    const player = derivePlayer(recorded, rules);
    const snapshot = unknownPlayer(NOW);
    const nothing = { zones: null, counts: new Map(), claimed: new Set<string>(), pending: [], snapshot };
    const [shown] = claimablesOf(page, { player, at: NOW, ...nothing }, rules).claimables;
    const { alternatives } = decided(PLAYER);
    expect(shown?.terms).toBe(termsOf(alternatives as Alternatives));
    expect(shown?.gives).toEqual([
      { resource: 'gems', amount: 5 },
      { resource: 'gold', amount: 150 },
    ]);
  });

  test('cannot be made by staff, whose limits do not see what it pays', () => {
    expect(decided(STAFF).operation).toMatchObject({
      mode: 'reject',
      rejection: { kind: 'not_eligible', why: 'not_by_staff', claimType: 'daily' },
    });
  });
});
