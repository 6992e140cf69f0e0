import { describe, expect, test } from 'vitest';
import { claimLimit, dailyLimit, LIMITS, type LimitName } from '../../src/domain/limits.ts';
import { rejectionMessage } from '../../src/domain/rejections.ts';
import type { ClaimTypeRule } from '../../src/domain/rules.ts';
import { BERLIN_DAY, calendarIn, NOW, RULES } from './rules.ts';

const purchase = (
  overrides: { amount?: number; bound?: number | null } = {},
  now = NOW,
  timeZone = 'Europe/Berlin',
) => {
  const counter = { name: 'exchange:buy_gem', claimType: 'buy_gem', resource: null } as const;
  const used = { ...counter, limit: 'exchanges_per_day', amount: 2, bound: 8 } as const;
  return dailyLimit({ ...used, ...overrides }, now, { ...RULES, calendar: calendarIn(timeZone) });
};

describe('a daily limit', () => {
  test('a daily limit counts for the day in the time zone of the config, from midnight to midnight', () => {
    expect(purchase()).toEqual([
      {
        name: 'exchange:buy_gem',
        claimType: 'buy_gem',
        resource: null,
        limit: 'exchanges_per_day',
        amount: 2,
        bound: 8,
        period: BERLIN_DAY,
      },
    ]);
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
    expect(purchase({}, new Date(now), timeZone)).toMatchObject([{ period: { name, ends } }]);
  });

  test('there is no daily limit where the rules set no bound', () => {
    expect(purchase({ bound: null })).toEqual([]);
  });
});

describe('the limit of a claim', () => {
  const limitOf = (type: string) => claimLimit(RULES.claimTypes.get(type) as ClaimTypeRule, NOW, RULES);

  test('a claim uses one of the claims per day of its type', () => {
    expect(limitOf('bounty')).toMatchObject([
      {
        name: 'claims:bounty',
        claimType: 'bounty',
        resource: null,
        limit: 'claims_per_day',
        amount: 1,
        bound: 3,
      },
    ]);
  });

  test('a claim type without a bound per day has no limit', () => {
    expect(limitOf('tournament')).toEqual([]);
  });
});

describe('the catalogue of limits', () => {
  const REACHED = {
    resource: 'gems',
    bound: 1_007,
    remaining: 402,
    requested: 615,
    renewsAt: '2026-11-03T00:00:00.000Z',
  };
  type Value = keyof typeof REACHED;

  /** What each message names. The type requires a row for each limit. */
  const NAMED: Readonly<Record<LimitName, readonly Value[]>> = {
    resource_ceiling: ['resource', 'bound', 'remaining', 'requested'],
    recipient_ceiling: ['resource', 'requested'],
    staff_reward: ['resource', 'bound', 'requested'],
    staff_daily_budget: ['resource', 'bound', 'remaining', 'requested', 'renewsAt'],
    staff_daily_awards: ['bound', 'renewsAt'],
    claims_per_day: ['bound', 'renewsAt'],
    exchanges_per_day: ['bound', 'remaining', 'requested', 'renewsAt'],
    transfer_amount: ['resource', 'bound', 'requested'],
    transfer_per_day: ['bound', 'remaining', 'requested', 'renewsAt'],
    server_reward: ['bound', 'requested'],
    server_daily_budget: ['bound', 'remaining', 'requested', 'renewsAt'],
    staff_take: ['resource', 'bound', 'requested'],
    staff_take_per_day: ['resource', 'bound', 'remaining', 'requested', 'renewsAt'],
    spend_amount: ['resource', 'bound', 'requested'],
    spend_per_day: ['bound', 'remaining', 'requested', 'renewsAt'],
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
