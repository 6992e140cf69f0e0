import { describe, expect, test } from 'vitest';
import { type Calendar, UTC } from '../../src/domain/calendar.ts';
import {
  claimLimit,
  counterOf,
  LIMITS,
  type LimitName,
  limitUses,
  usedLimit,
} from '../../src/domain/limits.ts';
import { rejectionMessage } from '../../src/domain/rejections.ts';
import type { ClaimTypeRule, LimitRule } from '../../src/domain/rules.ts';
import { BERLIN_DAY, calendarIn, NOW, perDay, RULES } from './rules.ts';

const BUY: LimitRule = perDay('exchange:buy_gem', 'buy_gem', 8);
const usesOf = (limits: readonly LimitRule[], now = NOW, calendar: Calendar = RULES.calendar) =>
  limitUses({ limits, claimType: 'buy_gem', amount: 2, limit: 'exchanges' }, now, calendar);

describe('what an operation uses of the limits of an offer', () => {
  test('a daily limit counts for the day of the calendar', () => {
    expect(usesOf([BUY])).toEqual([
      {
        subject: 'player',
        name: 'exchange:buy_gem',
        claimType: 'buy_gem',
        sharesWith: null,
        resource: null,
        limit: 'exchanges',
        about: { period: 'day' },
        amount: 2,
        bound: 8,
        period: BERLIN_DAY,
        renewsAt: BERLIN_DAY.ends,
      },
    ]);
  });

  test.each([
    'claims',
    'exchanges',
    'shared',
    'transfers',
    'recipient_limit',
    'spendings',
  ] as const)('the counter of %s says what was used of it', (limit) => {
    const used = { period: '2026-11-02', amount: 3 };
    const counter = counterOf(limit, 'shards:fire');
    expect(usedLimit(counter, { subject: 'player', ...used })).toEqual({
      limit,
      name: 'shards:fire',
      ...used,
    });
    expect(usedLimit(counter, { subject: 'game', ...used })).toEqual({
      limit: 'stock',
      name: 'shards:fire',
      ...used,
    });
  });

  test.each([
    ['UTC', '2026-11-01T23:59:59.999Z', '2026-11-01', '2026-11-02T00:00:00.000Z'],
    ['UTC', '2026-11-02T00:00:00.000Z', '2026-11-02', '2026-11-03T00:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-11-01T10:00:00Z', '2026-11-02', '2026-11-02T10:00:00.000Z'],
    ['Pacific/Pago_Pago', '2026-11-01T10:59:59Z', '2026-10-31', '2026-11-01T11:00:00.000Z'],
    // The day on which clocks go back has 25 hours, the day on which they go forward has 23.
    ['Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25', '2026-10-25T23:00:00.000Z'],
    ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29', '2026-03-29T22:00:00.000Z'],
  ])('a daily limit in %s at %s counts for %s', (timeZone, now, name, ends) => {
    expect(usesOf([BUY], new Date(now), calendarIn(timeZone))).toMatchObject([
      { period: { name, ends }, renewsAt: ends },
    ]);
  });

  test('each limit is used, of its period, in the order of the rules', () => {
    const periods = ['day', 'week', 'month', 'ever'] as const;
    const uses = usesOf(periods.map((period) => ({ ...BUY, period })));
    expect(uses.map(({ period, renewsAt, about }) => [period.name, renewsAt, about.period])).toEqual([
      ['2026-11-02', '2026-11-02T23:00:00.000Z', 'day'],
      ['2026-W45', '2026-11-08T23:00:00.000Z', 'week'],
      ['2026-11', '2026-11-30T23:00:00.000Z', 'month'],
      ['ever', null, 'ever'],
    ]);
  });

  test('a stock belongs to the game and never renews', () => {
    expect(usesOf([{ ...BUY, subject: 'game', period: 'ever', max: 100 }])).toMatchObject([
      { subject: 'game', limit: 'stock', bound: 100, renewsAt: null },
    ]);
  });

  test('a shared limit is named, and counts the claims of the others', () => {
    const shared = {
      ...BUY,
      counter: 'shared:gems',
      sharedLimit: 'gems',
      claimTypes: ['buy_gem', 'drop', 'quest'],
    };
    expect(usesOf([shared])).toMatchObject([
      {
        name: 'shared:gems',
        limit: 'shared',
        claimType: 'buy_gem',
        sharesWith: ['drop', 'quest'],
        about: { period: 'day', sharedLimit: 'gems' },
      },
    ]);
    const alone = usesOf([{ ...shared, claimTypes: ['buy_gem'] }]);
    // Another may join it: what it counted is recorded from the beginning.
    expect(alone).toMatchObject([{ sharesWith: [] }]);
  });

  test('a claim uses one of the limits of its type, and a type without limits none', () => {
    const limitsOf = (type: string) => claimLimit(RULES.claimTypes.get(type) as ClaimTypeRule, NOW, RULES);
    expect(limitsOf('bounty')).toMatchObject([
      { name: 'claims:bounty', limit: 'claims', amount: 1, bound: 3 },
    ]);
    expect(limitsOf('tournament')).toEqual([]);
  });
});

describe('limits of seasons', () => {
  const date = (day: string) => `2026-${day}T00:00:00.000Z`;
  const season = (from: string, until: string) => ({ from: date(from), until: date(until) });
  const calendar: Calendar = {
    ...UTC,
    seasons: new Map([
      ['spring', season('03-01', '04-01')],
      ['easter', season('03-20', '04-10')],
      ['summer', season('06-01', '07-01')],
    ]),
  };
  const limits = ['spring', 'summer', 'easter'].map(
    (name, i): LimitRule => ({ ...BUY, period: { season: name }, max: i + 1 }),
  );
  const at = (day: string) =>
    usesOf(limits, new Date(date(day)), calendar).map(({ about, bound, renewsAt }) => [
      about.season,
      bound,
      renewsAt,
    ]);

  test.each([
    ['before the first: it begins', '02-01', [['spring', 0, date('03-01')]]],
    ['in one: it does not renew', '03-10', [['spring', 1, null]]],
    [
      'in two: both count',
      '03-25',
      [
        ['spring', 1, null],
        ['easter', 3, null],
      ],
    ],
    ['in the second alone', '04-05', [['easter', 3, null]]],
    ['between them: the next begins', '05-01', [['summer', 0, date('06-01')]]],
    ['after the last: it is over', '08-01', [['summer', 0, null]]],
  ])('%s', (_, day, expected) => {
    expect(at(day)).toEqual(expected);
  });

  test('outside of all of them nothing is left until the next begins', () => {
    const [use] = usesOf(limits, new Date(date('05-01')), calendar);
    expect(use?.period).toEqual({ name: 'summer', begins: null, ends: date('06-01'), isRunning: false });
  });
});

describe('the catalogue of limits', () => {
  const REACHED = {
    resource: 'gems',
    bound: 1_007,
    remaining: 402,
    requested: 615,
    renewsAt: '2026-11-03T00:00:00.000Z',
    period: 'week',
    sharedLimit: 'boosters',
  } as const;
  type Value = keyof typeof REACHED;

  /** What each message names. The type requires a row for each limit. */
  const NAMED: Readonly<Record<LimitName, readonly Value[]>> = {
    resource_ceiling: ['resource', 'bound', 'remaining', 'requested'],
    recipient_ceiling: ['resource', 'requested'],
    recipient_limit: ['resource', 'requested', 'renewsAt'],
    account_age: ['resource', 'bound', 'renewsAt'],
    staff_reward: ['resource', 'bound', 'requested'],
    staff_daily_budget: ['resource', 'bound', 'remaining', 'requested', 'renewsAt'],
    staff_daily_awards: ['bound', 'renewsAt'],
    claims: ['bound', 'renewsAt'],
    exchanges: ['bound', 'remaining', 'requested', 'renewsAt'],
    shared: ['sharedLimit', 'bound', 'remaining', 'requested', 'renewsAt'],
    stock: ['bound', 'remaining', 'requested'],
    transfer_amount: ['resource', 'bound', 'requested'],
    transfers: ['resource', 'bound', 'remaining', 'requested', 'renewsAt'],
    server_reward: ['bound', 'requested'],
    server_daily_budget: ['bound', 'remaining', 'requested', 'renewsAt'],
    staff_take: ['resource', 'bound', 'requested'],
    staff_take_per_day: ['resource', 'bound', 'remaining', 'requested', 'renewsAt'],
    spend_amount: ['resource', 'bound', 'requested'],
    spendings: ['resource', 'bound', 'remaining', 'requested', 'renewsAt'],
  };
  const rows = Object.entries(NAMED) as [LimitName, readonly Value[]][];

  test('every limit of the catalogue is tested here', () => {
    expect(Object.keys(NAMED).toSorted()).toEqual(Object.keys(LIMITS).toSorted());
  });

  test.each(rows)('the message of %s is one line of sentences that names %j', (limit, values) => {
    const message = rejectionMessage({ kind: 'limit_exceeded', limit, ...REACHED });
    for (const value of values) expect(message).toContain(String(REACHED[value]));
    expect(message).toMatch(/^\S[^\n]*\.$/);
    expect(message).not.toMatch(/undefined|null|NaN|\[object/);
  });

  test.each(
    rows,
  )('the message of %s uses no resource and no renewal time that its limit lacks', (limit, values) => {
    const message = rejectionMessage({
      kind: 'limit_exceeded',
      limit,
      ...REACHED,
      ...(!values.includes('resource') && { resource: null }),
      ...(!values.includes('renewsAt') && { renewsAt: null }),
    });
    expect(message).toBe(rejectionMessage({ kind: 'limit_exceeded', limit, ...REACHED }));
  });

  test.each([
    [{ period: 'day' }, 'per day: 402 left, not 615. It renews at 2026-11-03T00:00:00.000Z.'],
    [{ period: 'month' }, 'per month: 402 left'],
    [{ period: 'ever', renewsAt: null }, 'This exchange is limited to 1007: 402 left, not 615.'],
    [{ period: 'season', season: 'winter', renewsAt: null }, 'in the season winter: 402 left, not 615.'],
    [
      { period: 'season', season: 'winter', bound: 0 },
      'The season winter begins at 2026-11-03T00:00:00.000Z.',
    ],
    [{ period: 'season', season: 'winter', bound: 0, renewsAt: null }, 'The season winter is over.'],
  ] as const)('the message of a limit names its period: %j', (over, text) => {
    const reached = { kind: 'limit_exceeded', limit: 'exchanges', ...REACHED, ...over } as const;
    expect(rejectionMessage(reached)).toContain(text);
  });

  test('the messages of limits of staff say whether the bound is in value', () => {
    const inValue = { ...REACHED, resource: null };
    const ofReward = LIMITS.staff_reward.message;
    expect(ofReward(inValue)).toBe('One award may have a value of at most 1007, not 615.');
    expect(ofReward(REACHED)).toBe('One award may give at most 1007 gems, not 615.');
    expect(ofReward({ ...REACHED, bound: 0 })).toContain('Staff cannot give gems');
    expect(LIMITS.staff_daily_budget.message(inValue)).toContain('Your budget of 1007 in value per day');
    expect(LIMITS.staff_daily_budget.message(REACHED)).toContain('Your budget of 1007 gems per day');
  });

  test('the message about the ceiling of the other player does not reveal what they hold', () => {
    const message = rejectionMessage({ kind: 'limit_exceeded', limit: 'recipient_ceiling', ...REACHED });
    expect(message).toContain('615');
    expect(message).not.toMatch(/1007|402/);
  });

  test.each(Object.entries(LIMITS))('the description of %s is a sentence', (_, { description }) => {
    expect(description).toMatch(/^[A-Z][^\n]*\.$/);
  });
});
