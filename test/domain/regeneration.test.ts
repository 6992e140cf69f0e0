import { describe, expect, test } from 'vitest';
import type { Limit } from '../../src/domain/moves.ts';
import { limitAmount, type RegenerationRule, regenerate, ruleFrom } from '../../src/domain/regeneration.ts';
import { MAX_AMOUNT } from '../../src/domain/values.ts';
import { dice } from '../support/ledger/dice.ts';
import { MAX_ENERGY } from './rules.ts';

const START = new Date('2026-11-01T00:00:00.000Z');
const atSecond = (seconds: number) => new Date(START.getTime() + seconds * 1_000);

interface Rate {
  /** Seconds since the start. */
  readonly from: number;
  readonly everySeconds?: number;
  readonly amount?: number;
  /** Null: it does not regenerate. */
  readonly cap?: Limit | null;
  readonly opening?: Limit | null;
}

/** One rule after another, each until the next begins. */
function rulesOf(...rates: readonly Rate[]): RegenerationRule[] {
  return rates.map(({ from, everySeconds = 3_600, amount = 1, cap = 5, opening = null }, index) => {
    const next = rates[index + 1];
    return {
      resource: 'charges',
      effectiveFrom: atSecond(from).toISOString(),
      effectiveUntil: next ? atSecond(next.from).toISOString() : null,
      everySeconds: cap === null ? null : everySeconds,
      amount: cap === null ? null : amount,
      cap,
      opening,
    };
  });
}

const HOURLY = rulesOf({ from: -1e6, opening: 5 });

/** Null: the balance never moved, and the player was created at the start. */
const chargesAt = (held: number | null, seconds: number, rules: readonly RegenerationRule[] = HOURLY) =>
  regenerate(
    'charges',
    rules,
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
    expect(chargesAt(held, seconds)).toMatchObject({
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
    expect(chargesAt(held, seconds)).toMatchObject({
      amount,
      regeneration: { upTo: 5, nextUnitAt: null, fullAt: null },
    });
  });

  test('a read from before the last change returns the recorded balance', () => {
    expect(chargesAt(1, -10_000)).toMatchObject({
      amount: 1,
      regeneration: { nextUnitAt: atSecond(3_600) },
    });
  });

  test('a balance that never moved starts at its opening amount', () => {
    expect(chargesAt(null, 60).amount).toBe(5);
    const empty = rulesOf({ from: 0 });
    expect(chargesAt(null, 60, empty)).toMatchObject({
      amount: 0,
      regeneration: { nextUnitAt: atSecond(3_600) },
    });
    expect(chargesAt(null, 7_200, empty).amount).toBe(2);
  });

  test('frequent reads lose no part of an interval', () => {
    for (let seconds = 0; seconds < 20_000; seconds += 7)
      expect(chargesAt(0, seconds).amount).toBe(Math.min(Math.floor(seconds / 3_600), 5));
  });
});

test('several units per interval stop at the limit, with a smaller last step', () => {
  const rules = rulesOf({ from: 0, everySeconds: 10, amount: 4, cap: 10 });
  const amounts = [0, 10, 20, 30, 40].map((seconds) => chargesAt(0, seconds, rules).amount);
  expect(amounts).toEqual([0, 4, 8, 10, 10]);
  expect(chargesAt(0, 0, rules).regeneration?.fullAt).toEqual(atSecond(30));
});

test('a resource with an opening balance and no regeneration has no times', () => {
  const rules = rulesOf({ from: 0, cap: null, opening: 7 });
  expect(chargesAt(null, 1e6, rules)).toEqual({ amount: 7, opens: true, regeneration: null });
  expect(chargesAt(2, 1e6, rules)).toEqual({ amount: 2, opens: true, regeneration: null });
});

describe('a limit that depends on stat points', () => {
  const energy = ruleFrom(START.toISOString(), 'energy', {
    initial: MAX_ENERGY,
    regenerates: { everySeconds: 300, amount: 1, upTo: MAX_ENERGY },
  });
  const energyAt = (balances: Record<string, number>, seconds: number) =>
    regenerate(
      'energy',
      [energy],
      { balances, anchors: { energy: START.toISOString() }, playerSince: START },
      atSecond(seconds),
    );

  test('a limit that depends on points sets the opening balance and the maximum', () => {
    expect(energyAt({}, 0)).toMatchObject({ amount: 100, regeneration: { upTo: 100, nextUnitAt: null } });
    expect(energyAt({ 'stat:energy': 3 }, 0)).toMatchObject({ amount: 130, regeneration: { upTo: 130 } });
    expect(energyAt({ energy: 100, 'stat:energy': 3 }, 600)).toMatchObject({
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

describe('a published change counts from its publication', () => {
  test('a slower rate keeps what was shown, and the part of the interval that had passed', () => {
    const rules = rulesOf(
      { from: 0, everySeconds: 100, cap: 50 },
      { from: 1_050, everySeconds: 1_000, cap: 50 },
    );
    expect(chargesAt(0, 1_049, rules).amount).toBe(10);
    // Half of an interval had passed: half of the longer one is left.
    expect(chargesAt(0, 1_050, rules)).toMatchObject({
      amount: 10,
      regeneration: { nextUnitAt: atSecond(1_550) },
    });
    expect(chargesAt(0, 1_550, rules).amount).toBe(11);
    expect(chargesAt(0, 2_550, rules).amount).toBe(12);
  });

  test('a faster rate counts from its publication and not before', () => {
    const rules = rulesOf(
      { from: 0, everySeconds: 1_000, cap: 50 },
      { from: 5_250, everySeconds: 100, cap: 50 },
    );
    expect(chargesAt(0, 5_249, rules).amount).toBe(5);
    expect(chargesAt(0, 5_250, rules)).toMatchObject({
      amount: 5,
      regeneration: { nextUnitAt: atSecond(5_325) },
    });
    expect(chargesAt(0, 5_325, rules).amount).toBe(6);
  });

  test('a raised cap does not fill at once', () => {
    const rules = rulesOf({ from: 0, cap: 5 }, { from: 1e6, cap: 100 });
    expect(chargesAt(0, 1e6, rules)).toMatchObject({
      amount: 5,
      regeneration: { upTo: 100, nextUnitAt: atSecond(1e6 + 3_600) },
    });
    expect(chargesAt(0, 1e6 + 7_200, rules).amount).toBe(7);
  });

  test('a lowered cap takes nothing back, and the balance waits until it is below', () => {
    const rules = rulesOf({ from: 0, cap: 10 }, { from: 36_000, cap: 3 });
    expect(chargesAt(0, 1e6, rules)).toMatchObject({ amount: 10, regeneration: { upTo: 3, fullAt: null } });
  });

  test('a resource that begins to regenerate does so from the publication on', () => {
    const rules = rulesOf({ from: 7_200 });
    expect(chargesAt(2, 7_200, rules)).toMatchObject({
      amount: 2,
      regeneration: { nextUnitAt: atSecond(10_800) },
    });
    expect(chargesAt(null, 10_800, rules).amount).toBe(1);
    expect(chargesAt(2, 7_199, rules)).toEqual({ amount: 2, opens: false, regeneration: null });
  });

  test('a resource that stops regenerating keeps what it had, and begins again from the next publication', () => {
    const rules = rulesOf({ from: 0 }, { from: 9_000, cap: null }, { from: 1e6 });
    expect(chargesAt(0, 1e5, rules)).toEqual({ amount: 2, opens: false, regeneration: null });
    expect(chargesAt(0, 1e6 + 3_599, rules).amount).toBe(2);
    expect(chargesAt(0, 1e6 + 3_600, rules).amount).toBe(3);
  });

  test('a new resource with an opening balance opens for players who were there before', () => {
    const rules = rulesOf({ from: 5_000, cap: null, opening: 40 });
    expect(chargesAt(null, 4_999, rules)).toEqual({ amount: 0, opens: false, regeneration: null });
    expect(chargesAt(null, 5_000, rules)).toEqual({ amount: 40, opens: true, regeneration: null });
    expect(chargesAt(0, 5_000, rules).amount).toBe(0);
  });

  test('rules that ended before the anchor count for nothing', () => {
    const rules = rulesOf({ from: -1e6, everySeconds: 1 }, { from: -10, everySeconds: 3_600 });
    expect(chargesAt(0, 3_600, rules).amount).toBe(1);
  });
});

describe('over any history of rules', () => {
  const histories = Array.from({ length: 200 }, (_, seed) => {
    const roll = dice(seed + 1);
    let from = -roll(5_000);
    const rates = Array.from({ length: 1 + roll(5) }, () => {
      const rate = {
        from,
        everySeconds: 1 + roll(400),
        amount: 1 + roll(4),
        cap: roll(5) === 0 ? null : roll(60),
      };
      from += 1 + roll(4_000);
      return rate;
    });
    return { rules: rulesOf(...rates), held: roll(40), publications: rates.map((rate) => rate.from) };
  });

  test('a balance never falls, and a publication moves nothing at its moment', () => {
    for (const { rules, held, publications } of histories) {
      let last = held;
      for (let seconds = 0; seconds < 20_000; seconds += 97) {
        const { amount } = chargesAt(held, seconds, rules);
        expect(amount).toBeGreaterThanOrEqual(last);
        last = amount;
      }
      for (const seconds of publications.slice(1).filter((second) => second > 0)) {
        const before = chargesAt(held, seconds, rules.slice(0, publications.indexOf(seconds))).amount;
        expect(chargesAt(held, seconds, rules).amount).toBe(before);
      }
    }
  });

  test('the next unit arrives at the moment that was shown, unless a publication comes first', () => {
    for (const { rules, held, publications } of histories) {
      for (let seconds = 0; seconds < 20_000; seconds += 613) {
        const { amount, regeneration } = chargesAt(held, seconds, rules);
        const next = regeneration?.nextUnitAt;
        if (!next) continue;
        const second = (next.getTime() - START.getTime()) / 1_000;
        if (publications.some((publication) => publication > seconds && publication <= second)) continue;
        expect(chargesAt(held, second - 0.001, rules).amount).toBe(amount);
        expect(chargesAt(held, second, rules).amount).toBeGreaterThan(amount);
      }
    }
  });

  test('writing the balance down at any moment changes nothing that is shown later', () => {
    for (const { rules, held } of histories) {
      const written = 3_000;
      const { amount, regeneration } = chargesAt(held, written, rules);
      const rate = rules.find(
        ({ effectiveFrom, effectiveUntil }) =>
          effectiveFrom <= atSecond(written).toISOString() &&
          (effectiveUntil === null || atSecond(written).toISOString() < effectiveUntil),
      )?.everySeconds;
      // The kernel writes the anchor from which the next unit counts.
      if (!rate || !regeneration?.nextUnitAt) continue;
      const anchor = new Date(regeneration.nextUnitAt.getTime() - rate * 1_000);
      const later = atSecond(15_000);
      const after = regenerate(
        'charges',
        rules,
        { balances: { charges: amount }, anchors: { charges: anchor.toISOString() }, playerSince: START },
        later,
      );
      expect(after).toEqual(chargesAt(held, 15_000, rules));
    }
  });
});
