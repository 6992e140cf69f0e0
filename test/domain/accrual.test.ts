import { describe, expect, test } from 'vitest';
import type { Accrual } from '../../src/domain/moves.ts';
import { MAX_AMOUNT } from '../../src/domain/values.ts';
import { accrue, limitAmount } from '../../src/domain/regeneration.ts';
import { MAX_ENERGY } from './rules.ts';

const SINCE = new Date('2026-11-01T00:00:00.000Z');
const later = (seconds: number) => new Date(SINCE.getTime() + seconds * 1_000);
const iso = (seconds: number) => later(seconds).toISOString();

const charges: Accrual = { initial: 5, regenerates: { everySeconds: 3_600, amount: 1, upTo: 5 } };
const look = (held: number | null, seconds: number, accrual = charges) =>
  accrue(
    'charges',
    accrual,
    {
      balances: held === null ? {} : { charges: held },
      anchors: held === null ? {} : { charges: SINCE.toISOString() },
      playerSince: SINCE,
    },
    later(seconds),
  );

describe('one an hour, up to five', () => {
  test.each([
    [0, 0, 0, 3_600, 18_000],
    [0, 3_599.999, 0, 3_600, 18_000],
    [0, 3_600, 1, 7_200, 18_000],
    [2, 3_599, 2, 3_600, 10_800],
    [2, 7_300, 4, 10_800, 10_800],
    [4, 0, 4, 3_600, 3_600],
  ])('%i held, %d s later: %i, the next after %i s, full after %i s', (held, seconds, amount, next, full) => {
    expect(look(held, seconds)).toEqual({
      amount,
      regeneration: { upTo: 5, nextUnitAt: later(next), fullAt: later(full) },
    });
  });

  test.each([
    ['full', 5, 0, 5],
    ['full again', 3, 7_200, 5],
    ['full for years', 0, 1e9, 5],
    ['some held, then full for years', 3, 1e9, 5],
    ['beyond, by a gift: neither grows nor shrinks', 8, 1e6, 8],
  ])('%s: no next unit, no time', (_, held, seconds, amount) => {
    expect(look(held, seconds)).toEqual({
      amount,
      regeneration: { upTo: 5, nextUnitAt: null, fullAt: null },
    });
  });

  test('a player whose clock begins later than the look has what is held', () => {
    expect(look(1, -10_000)).toMatchObject({ amount: 1, regeneration: { nextUnitAt: later(3_600) } });
  });

  test('before it ever moved it is what everybody begins with', () => {
    expect(look(null, 60).amount).toBe(5);
    const empty = { ...charges, initial: null };
    expect(look(null, 60, empty)).toMatchObject({ amount: 0, regeneration: { nextUnitAt: later(3_600) } });
    expect(look(null, 7_200, empty).amount).toBe(2);
  });

  test('no remainder is lost, however often somebody looks', () => {
    for (let seconds = 0; seconds < 20_000; seconds += 7)
      expect(look(0, seconds).amount).toBe(Math.min(Math.floor(seconds / 3_600), 5));
  });
});

test('several at once never pass the cap, and the last batch may be a part', () => {
  const accrual: Accrual = { initial: 0, regenerates: { everySeconds: 10, amount: 4, upTo: 10 } };
  expect([0, 10, 20, 30, 40].map((seconds) => look(0, seconds, accrual).amount)).toEqual([0, 4, 8, 10, 10]);
  expect(look(0, 0, accrual).regeneration?.fullAt).toEqual(later(30));
});

test('what begins with something and does not come back has no times', () => {
  expect(look(null, 1e6, { initial: 7, regenerates: null })).toEqual({ amount: 7, regeneration: null });
  expect(look(2, 1e6, { initial: 7, regenerates: null })).toEqual({ amount: 2, regeneration: null });
});

describe('a limit that follows from points', () => {
  const energy: Accrual = {
    initial: MAX_ENERGY,
    regenerates: { everySeconds: 300, amount: 1, upTo: MAX_ENERGY },
  };
  const at = (balances: Record<string, number>, seconds: number) =>
    accrue('energy', energy, { balances, anchors: { energy: iso(0) }, playerSince: SINCE }, later(seconds));

  test('is the start and the cap, as far as the points go', () => {
    expect(at({}, 0)).toMatchObject({ amount: 100, regeneration: { upTo: 100, nextUnitAt: null } });
    expect(at({ 'stat:energy': 3 }, 0)).toMatchObject({ amount: 130, regeneration: { upTo: 130 } });
    expect(at({ energy: 100, 'stat:energy': 3 }, 600)).toMatchObject({
      amount: 102,
      regeneration: { upTo: 130, nextUnitAt: later(900) },
    });
  });

  test.each([
    [50, {}, 50],
    [MAX_ENERGY, {}, 100],
    [MAX_ENERGY, { 'stat:energy': 4 }, 140],
    [{ base: MAX_AMOUNT, perUnit: 10, resource: 'x' }, { x: MAX_AMOUNT }, MAX_AMOUNT],
  ])('%j with %j is %i', (limit, balances, amount) => expect(limitAmount(limit, balances)).toBe(amount));
});
