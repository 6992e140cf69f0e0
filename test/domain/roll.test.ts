import { afterEach, describe, expect, test, vi } from 'vitest';
import { fairRoll, requestDice } from '../../src/resolvers/roll.ts';

afterEach(() => void vi.restoreAllMocks());

const WORDS = 2 ** 32;

/** Makes the platform's generator return these words in order. The spy counts the calls. */
function stubWords(...words: number[]) {
  return vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    (array as Uint32Array)[0] = words.shift() as number;
    return array;
  });
}

/** Pearson's chi-square for rolls that fall into equally likely buckets. */
function chiSquare(rolls: number, buckets: number, roll: () => number): number {
  const counts = new Array<number>(buckets).fill(0);
  for (let n = 0; n < rolls; n++) {
    const bucket = roll();
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  expect(counts).toHaveLength(buckets);
  const expected = rolls / buckets;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('a fair roll', () => {
  // The degrees of freedom are 9 and 5. A fair die exceeds these margins in one of a hundred million runs.
  test.each([
    [10, 57],
    [6, 46],
  ])('rolls of %i sides are uniform, within a margin of %i', (sides, margin) => {
    expect(chiSquare(120_000, sides, () => fairRoll(sides))).toBeLessThan(margin);
  });

  test('rolls do not have the bias that a bare remainder has', () => {
    const sides = 3 * 2 ** 30;
    const third = 2 ** 30;
    // Three quarters of all words: with a bare remainder, half of all rolls fall into the first third.
    expect(chiSquare(60_000, 3, () => Math.floor(fairRoll(sides) / third))).toBeLessThan(37);
    const biased = () => crypto.getRandomValues(new Uint32Array(1))[0] as number;
    expect(chiSquare(60_000, 3, () => Math.floor((biased() % sides) / third))).toBeGreaterThan(1_000);
  });

  test('a roll discards words beyond the last whole multiple of the sides, and no others', () => {
    const generator = stubWords(WORDS - 1, 3 * 2 ** 30, 3 * 2 ** 30 - 1);
    expect(fairRoll(3 * 2 ** 30)).toBe(3 * 2 ** 30 - 1);
    expect(generator).toHaveBeenCalledTimes(3);
  });

  test('a roll of 10 sides discards six of the 2^32 words', () => {
    stubWords(WORDS - 6, WORDS - 7);
    expect(fairRoll(10)).toBe(9);
  });

  test('a die has from 1 to 2^32 sides', () => {
    stubWords(WORDS - 1, 12, WORDS - 1, 0);
    expect([fairRoll(1), fairRoll(1)]).toEqual([0, 0]);
    expect([fairRoll(WORDS), fairRoll(WORDS)]).toEqual([WORDS - 1, 0]);
  });

  test.each([
    0,
    -1,
    1.5,
    WORDS + 1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])('a die of %d sides throws an error instead of looping forever', (sides) =>
    expect(() => fairRoll(sides)).toThrow(RangeError));
});

describe('the dice of a request', () => {
  test('show each decision the same numbers', () => {
    const rolls = [4, 0, 9, 7];
    const dice = requestDice(() => rolls.shift() as number);
    const first = dice();
    expect([first(10, 'chest'), first(6, 'chest')]).toEqual([4, 0]);
    const second = dice();
    expect([second(10, 'chest'), second(6, 'chest'), second(10, 'chest')]).toEqual([4, 0, 9]);
    expect(rolls).toEqual([7]);
  });

  test('are rolled again only where they have other sides', () => {
    const rolls = [4, 5, 2];
    const dice = requestDice(() => rolls.shift() as number);
    const first = dice();
    expect([first(10, 'chest'), first(10, 'chest')]).toEqual([4, 5]);
    const second = dice();
    expect([second(3, 'chest'), second(10, 'chest')]).toEqual([2, 5]);
  });
});
