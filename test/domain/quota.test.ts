import { describe, expect, test } from 'vitest';
import { claimQuota, dailyQuota } from '../../src/domain/limits.ts';
import type { ClaimTypeRule } from '../../src/domain/rules.ts';
import { NOW, RULES } from './rules.ts';

const purchase = (
  over: { amount?: number; bound?: number | null } = {},
  now = NOW,
  timeZone = 'Europe/Berlin',
) =>
  dailyQuota({ name: 'exchange:buy_gem', limit: 'exchanges_per_day', amount: 2, bound: 8, ...over }, now, {
    ...RULES,
    timeZone,
  });

describe('a daily quota', () => {
  test('counts against the day of the config’s zone, and renews at its midnight', () => {
    expect(purchase()).toEqual([
      {
        name: 'exchange:buy_gem',
        limit: 'exchanges_per_day',
        amount: 2,
        bound: 8,
        period: '2026-11-02',
        renewsAt: '2026-11-02T23:00:00.000Z',
      },
    ]);
  });

  test.each([
    ['UTC', '2026-11-01T23:59:59.999Z', '2026-11-01', '2026-11-02T00:00:00.000Z'],
    ['UTC', '2026-11-02T00:00:00.000Z', '2026-11-02', '2026-11-03T00:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-11-01T10:00:00Z', '2026-11-02', '2026-11-02T10:00:00.000Z'],
    ['Pacific/Pago_Pago', '2026-11-01T10:59:59Z', '2026-10-31', '2026-11-01T11:00:00.000Z'],
    // The day on which clocks go back has 25 hours, the one on which they go forward 23.
    ['Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25', '2026-10-25T23:00:00.000Z'],
    ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29', '2026-03-29T22:00:00.000Z'],
  ])('in %s at %s is of %s', (timeZone, now, period, renewsAt) => {
    expect(purchase({}, new Date(now), timeZone)).toMatchObject([{ period, renewsAt }]);
  });

  test('is none where the rules set no bound', () => {
    expect(purchase({ bound: null })).toEqual([]);
  });
});

describe('the quota of a claim', () => {
  const of = (type: string) => claimQuota(RULES.claimTypes.get(type) as ClaimTypeRule, NOW, RULES);

  test('is one of its type', () => {
    expect(of('bounty')).toMatchObject([
      { name: 'claims:bounty', limit: 'claims_per_day', amount: 1, bound: 3 },
    ]);
  });

  test('is none for a type that may be claimed as often as there are keys', () => {
    expect(of('tournament')).toEqual([]);
  });
});
