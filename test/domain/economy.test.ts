import { describe, expect, test } from 'vitest';
import { boundsOfBucket, daysBetween, distributionOf } from '../../src/domain/economy.ts';

test('days are counted with both ends, over months and leap days', () => {
  expect(daysBetween('2026-11-30', '2026-11-30')).toBe(1);
  expect(daysBetween('2028-02-28', '2028-03-01')).toBe(3);
  expect(daysBetween('2026-11-30', '2026-11-29')).toBe(0);
});

describe('buckets', () => {
  test('cover every amount once, up to the largest', () => {
    let next = 0;
    for (let number = 0; number < 800; number++) {
      const { from, to } = boundsOfBucket(number);
      expect(from).toBe(next);
      expect(to).toBeGreaterThanOrEqual(from);
      next = to + 1;
    }
    expect(next - 1).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('are at most 6.25 % wide', () => {
    for (let number = 16; number < 800; number++) {
      const { from, to } = boundsOfBucket(number);
      expect((to - from) / from).toBeLessThanOrEqual(1 / 16);
    }
  });

  test('of debts are those of amounts with the opposite sign', () => {
    expect(boundsOfBucket(-40)).toEqual({ from: -49, to: -48 });
    expect(boundsOfBucket(40)).toEqual({ from: 48, to: 49 });
  });
});

describe('a distribution', () => {
  test('lists buckets from debts to wealth, without those that are empty', () => {
    const { players, buckets } = distributionOf(
      new Map([
        [40, 3],
        [-40, 1],
        [7, 0],
        [0, 6],
      ]),
    );
    expect(players).toBe(10);
    expect(buckets).toEqual([
      { from: -49, to: -48, players: 1 },
      { from: 0, to: 0, players: 6 },
      { from: 48, to: 49, players: 3 },
    ]);
  });

  test('has percentiles that so many players do not exceed', () => {
    const { percentiles } = distributionOf(new Map(Array.from({ length: 10 }, (_, amount) => [amount, 100])));
    const amounts = Object.fromEntries(percentiles.map(({ percent, amount }) => [percent, amount]));
    expect(amounts).toEqual({ 1: 0, 10: 0, 25: 2, 50: 4, 75: 7, 90: 8, 99: 9, 99.9: 9 });
  });

  test('of one player has that player at each percentile', () => {
    const { percentiles } = distributionOf(new Map([[3, 1]]));
    expect(new Set(percentiles.map(({ amount }) => amount))).toEqual(new Set([3]));
  });

  test('of nobody has no percentile', () => {
    expect(distributionOf(new Map([[3, 0]]))).toEqual({ players: 0, buckets: [], percentiles: [] });
  });
});
