import { afterEach, describe, expect, test, vi } from 'vitest';
import { fairRoll } from '../../src/resolvers/roll.ts';

afterEach(() => void vi.restoreAllMocks());

const WORDS = 2 ** 32;

/** Makes the platform's generator say these words, one after the other; counts how many were asked for. */
function scripted(...words: number[]) {
  return vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    (array as Uint32Array)[0] = words.shift() as number;
    return array;
  });
}

/** Pearson's chi-square of so many rolls that fall into equally likely buckets. */
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
  // Of 9 and 5 degrees of freedom, a fair die passes these in all but one of a hundred million runs.
  test.each([
    [10, 57],
    [6, 46],
  ])('of %i sides gives each of them as often, within a wide margin', (sides, margin) => {
    expect(chiSquare(120_000, sides, () => fairRoll(sides))).toBeLessThan(margin);
  });

  test('of three quarters of all words would show the bias of a bare remainder, and shows none', () => {
    const sides = 3 * 2 ** 30;
    const third = 2 ** 30;
    // A bare remainder gives the first third half of all rolls.
    expect(chiSquare(60_000, 3, () => Math.floor(fairRoll(sides) / third))).toBeLessThan(37);
    const biased = () => crypto.getRandomValues(new Uint32Array(1))[0] as number;
    expect(chiSquare(60_000, 3, () => Math.floor((biased() % sides) / third))).toBeGreaterThan(1_000);
  });

  test('throws words beyond the last whole multiple away, and those alone', () => {
    const generator = scripted(WORDS - 1, 3 * 2 ** 30, 3 * 2 ** 30 - 1);
    expect(fairRoll(3 * 2 ** 30)).toBe(3 * 2 ** 30 - 1);
    expect(generator).toHaveBeenCalledTimes(3);
  });

  test('maps as many words to each side: of 2^32 words and 10 sides, six are thrown away', () => {
    scripted(WORDS - 6, WORDS - 7);
    expect(fairRoll(10)).toBe(9);
  });

  test('has from 1 side to 2^32', () => {
    scripted(WORDS - 1, 12, WORDS - 1, 0);
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
  ])('of %d sides is a defect, not an endless loop', (sides) =>
    expect(() => fairRoll(sides)).toThrow(RangeError));
});
