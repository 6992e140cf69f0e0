import { describe, expect, test } from 'vitest';
import { judgeOdds, shareInterval } from '../../src/domain/fair-odds.ts';

/** Clopper and Pearson's intervals of 95 %, as R's binom.test computes them. */
const EXACT: [hits: number, trials: number, low: number, high: number][] = [
  [0, 10, 0, 0.3084971],
  [1, 10, 0.002528579, 0.4450161],
  [5, 10, 0.1870861, 0.8129139],
  [10, 10, 0.6915029, 1],
  [1, 100, 0.0002531461, 0.05445939],
  [0, 1_000, 0, 0.003682084],
  [50, 1_000, 0.0373354, 0.06539049],
];

describe('the interval of a share', () => {
  test.each(EXACT)('is exact for %i of %i', (hits, trials, low, high) => {
    const interval = shareInterval(hits, trials, 0.05);
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
  });

  test('is everything without draws', () => {
    expect(shareInterval(0, 0, 0.05)).toEqual({ low: 0, high: 1 });
  });

  test('agrees with the exact one where it is computed by Wilson’s formula', () => {
    // The exact interval of 2,000 of 10,000 is 0.192203 to 0.207974.
    const { low, high } = shareInterval(2_000, 10_000, 0.05);
    expect(low).toBeCloseTo(0.1922, 3);
    expect(high).toBeCloseTo(0.208, 3);
  });

  test('joins the exact one and Wilson’s without a jump', () => {
    for (const trials of [4_000, 1_000_000]) {
      const below = shareInterval(999, trials, 0.01);
      const above = shareInterval(1_000, trials, 0.01);
      expect(Math.abs(above.low - below.low) * trials).toBeLessThan(5);
      expect(Math.abs(above.high - below.high) * trials).toBeLessThan(5);
    }
  });

  test('is found for billions of draws, of an outcome that is rare or common', () => {
    for (const hits of [0, 3, 999, 1_000_000, 999_999_998]) {
      const { low, high } = shareInterval(hits, 1_000_000_000, 0.01);
      expect(low).toBeLessThanOrEqual(hits / 1_000_000_000);
      expect(high).toBeGreaterThanOrEqual(hits / 1_000_000_000);
      expect(high - low).toBeLessThan(0.0001);
    }
  });

  test('misses the true share about as seldom as it says', () => {
    // Over all results of 40 draws at a share of 0.3: the exact interval never misses more often than one in twenty.
    let missed = 0;
    let chance = 0.7 ** 40;
    for (let hits = 0; hits <= 40; hits++) {
      const { low, high } = shareInterval(hits, 40, 0.05);
      if (low > 0.3 || high < 0.3) missed += chance;
      chance *= ((40 - hits) / (hits + 1)) * (0.3 / 0.7);
    }
    expect(missed).toBeGreaterThan(0.005);
    expect(missed).toBeLessThanOrEqual(0.05);
  });
});

describe('judging a table', () => {
  const table = (drawn: readonly number[], weights: readonly number[]) =>
    judgeOdds(drawn.map((times, at) => ({ outcome: `o${at}`, drawn: times, weight: weights[at] ?? 0 })));
  const marks = (...given: Parameters<typeof table>) => table(...given).map(({ isWithin }) => isWithin);

  test('finds draws as declared within their intervals', () => {
    expect(marks([31, 69, 900], [3, 7, 90])).toEqual([true, true, true]);
  });

  test('marks an outcome that is drawn too often, and one that is too rare', () => {
    expect(marks([60, 40, 900], [3, 7, 90])).toEqual([false, false, true]);
  });

  test('marks an outcome that the config does not have', () => {
    expect(marks([10, 1], [1, 0])).toEqual([false, false]);
  });

  test('judges nothing without draws', () => {
    const [first] = table([0, 0], [1, 99]);
    expect(first).toEqual({
      ...{ outcome: 'o0', drawn: 0, weight: 1, declared: 0.01, share: 0 },
      ...{ low: 0, high: 1, isWithin: true },
    });
  });

  test('does not mark one hit of a very rare outcome', () => {
    expect(marks([1, 999], [1, 99_999])).toEqual([true, true]);
  });
});
