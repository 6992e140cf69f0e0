import { describe, expect, test } from 'vitest';
import type { Accrual } from '../../src/domain/moves.ts';
import { accrue, limitAmount } from '../../src/domain/regeneration.ts';
import { MAX_AMOUNT } from '../../src/domain/values.ts';
import { MAX_ENERGY } from './rules.ts';

const START = new Date('2026-11-01T00:00:00.000Z');
const atSecond = (seconds: number) => new Date(START.getTime() + seconds * 1_000);

const CHARGES: Accrual = { initial: 5, regenerates: { everySeconds: 3_600, amount: 1, upTo: 5 } };

/** Accrues a balance that was `held` at the start. Null: the balance never moved. */
const accrueFrom = (held: number | null, seconds: number, accrual = CHARGES) =>
  accrue(
    'charges',
    accrual,
    {
      balances: held === null ? {} : { charges: held },
      anchors: held === null ? {} : { charges: START.toISOString() },
      playerSince: START,
    },
    atSecond(seconds),
  );

describe('one unit per hour, up to five', () => {
  test.each([
    [0, 0, 0, 3_600, 18_000],
    [0, 3_599.999, 0, 3_600, 18_000],
    [0, 3_600, 1, 7_200, 18_000],
    [2, 3_599, 2, 3_600, 10_800],
    [2, 7_300, 4, 10_800, 10_800],
    [4, 0, 4, 3_600, 3_600],
  ])('a balance of %i after %d s is %i, gets its next unit at %i s and is full at %i s', (held, seconds, amount, next, full) => {
    expect(accrueFrom(held, seconds)).toEqual({
      amount,
      regeneration: { upTo: 5, nextUnitAt: atSecond(next), fullAt: atSecond(full) },
    });
  });

  test.each([
    ['full from the start', 5, 0, 5],
    ['full after two hours', 3, 7_200, 5],
    ['empty at first, full for years', 0, 1e9, 5],
    ['partly filled at first, full for years', 3, 1e9, 5],
    ['above the limit after a gift', 8, 1e6, 8],
  ])('a balance that is %s neither grows nor shrinks and has no times', (_, held, seconds, amount) => {
    expect(accrueFrom(held, seconds)).toEqual({
      amount,
      regeneration: { upTo: 5, nextUnitAt: null, fullAt: null },
    });
  });

  test('a read from before the last change returns the recorded balance', () => {
    expect(accrueFrom(1, -10_000)).toMatchObject({
      amount: 1,
      regeneration: { nextUnitAt: atSecond(3_600) },
    });
  });

  test('a balance that never moved starts at its opening amount', () => {
    expect(accrueFrom(null, 60).amount).toBe(5);
    const empty = { ...CHARGES, initial: null };
    expect(accrueFrom(null, 60, empty)).toMatchObject({
      amount: 0,
      regeneration: { nextUnitAt: atSecond(3_600) },
    });
    expect(accrueFrom(null, 7_200, empty).amount).toBe(2);
  });

  test('frequent reads lose no part of an interval', () => {
    for (let seconds = 0; seconds < 20_000; seconds += 7)
      expect(accrueFrom(0, seconds).amount).toBe(Math.min(Math.floor(seconds / 3_600), 5));
  });
});

test('several units per interval stop at the limit, with a smaller last step', () => {
  const accrual: Accrual = { initial: 0, regenerates: { everySeconds: 10, amount: 4, upTo: 10 } };
  const amounts = [0, 10, 20, 30, 40].map((seconds) => accrueFrom(0, seconds, accrual).amount);
  expect(amounts).toEqual([0, 4, 8, 10, 10]);
  expect(accrueFrom(0, 0, accrual).regeneration?.fullAt).toEqual(atSecond(30));
});

test('a resource with an opening balance and no regeneration has no times', () => {
  const accrual: Accrual = { initial: 7, regenerates: null };
  expect(accrueFrom(null, 1e6, accrual)).toEqual({ amount: 7, regeneration: null });
  expect(accrueFrom(2, 1e6, accrual)).toEqual({ amount: 2, regeneration: null });
});

describe('a limit that depends on stat points', () => {
  const energy: Accrual = {
    initial: MAX_ENERGY,
    regenerates: { everySeconds: 300, amount: 1, upTo: MAX_ENERGY },
  };
  const accrueEnergy = (balances: Record<string, number>, seconds: number) =>
    accrue(
      'energy',
      energy,
      { balances, anchors: { energy: START.toISOString() }, playerSince: START },
      atSecond(seconds),
    );

  test('a limit that depends on points sets the opening balance and the maximum', () => {
    expect(accrueEnergy({}, 0)).toMatchObject({ amount: 100, regeneration: { upTo: 100, nextUnitAt: null } });
    expect(accrueEnergy({ 'stat:energy': 3 }, 0)).toMatchObject({ amount: 130, regeneration: { upTo: 130 } });
    expect(accrueEnergy({ energy: 100, 'stat:energy': 3 }, 600)).toMatchObject({
      amount: 102,
      regeneration: { upTo: 130, nextUnitAt: atSecond(900) },
    });
  });

  test.each([
    [50, {}, 50],
    [MAX_ENERGY, {}, 100],
    [MAX_ENERGY, { 'stat:energy': 4 }, 140],
    [{ base: MAX_AMOUNT, perUnit: 10, resource: 'x' }, { x: MAX_AMOUNT }, MAX_AMOUNT],
  ])('the limit %j for the balances %j is %i', (limit, balances, amount) =>
    expect(limitAmount(limit, balances)).toBe(amount));
});
