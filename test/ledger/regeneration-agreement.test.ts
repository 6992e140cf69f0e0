// The kernel writes what the domain shows, in random histories of rules.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_INTERVAL_SECONDS } from '../../src/config/bounds.ts';
import type { Limit } from '../../src/domain/moves.ts';
import type { RegenerationRule } from '../../src/domain/regeneration.ts';
import { dice } from '../support/ledger/dice.ts';
import { openLedger } from '../support/ledger/ledger.ts';
import {
  type Case,
  type Computed,
  compute,
  expectAgreement,
  iso,
  START,
  show,
  total,
} from '../support/ledger/regeneration-cases.ts';

const { owner } = openLedger();

const CASES = 3_000;
const roll = dice(20_261_122);
const between = (low: number, high: number) => low + roll(high - low + 1);

function anyLimit(): Limit {
  if (roll(2) === 0) return between(0, 40);
  return { base: between(0, 30), perUnit: between(0, 6), resource: roll(4) === 0 ? 'never' : 'stat' };
}

const INTERVALS = [1, 7, 60, 3_600, 86_400, MAX_INTERVAL_SECONDS];

/** One to four rules, one after another. Times are often to the millisecond where a unit comes, or next to it. */
function anyCase(): Case {
  const unit = (INTERVALS[roll(INTERVALS.length)] as number) * 1_000;
  const near = (from: number) =>
    from + between(0, 8) * unit + between(-1, 1) + (roll(3) === 0 ? roll(unit) : 0);
  const starts = [START];
  for (let count = roll(4); count > 0; count--)
    starts.push(Math.max(near(starts.at(-1) as number), (starts.at(-1) as number) + 1));
  const rules = starts.map((start, index): RegenerationRule => {
    const regenerates = roll(6) > 0;
    const next = starts[index + 1];
    return {
      resource: 'charges',
      effectiveFrom: iso(start),
      effectiveUntil: next === undefined ? null : iso(next),
      everySeconds: regenerates
        ? roll(2) === 0
          ? unit / 1_000
          : (INTERVALS[roll(INTERVALS.length)] as number)
        : null,
      amount: regenerates ? between(1, 5) : null,
      cap: regenerates ? anyLimit() : null,
      opening: roll(3) === 0 ? null : anyLimit(),
    };
  });
  const since = near(starts[roll(starts.length)] as number) - (roll(4) === 0 ? 2 * unit : 0);
  return {
    rules,
    held: roll(4) === 0 ? null : between(-3, 30),
    since: iso(since),
    at: iso(Math.max(near(since), START)),
    balances: { stat: between(-2, 8) },
  };
}

describe('the kernel computes what the domain shows', () => {
  test(`in each of ${CASES} random histories of rules`, async () => {
    const cases = Array.from({ length: CASES }, anyCase);
    const computed = await compute(owner, cases);
    let [growing, changed] = [0, 0];
    for (const [index, one] of cases.entries()) {
      expectAgreement(one, computed[index] as Computed);
      if (show(one).regeneration?.nextUnitAt) growing++;
      if (one.rules.filter(({ effectiveUntil }) => effectiveUntil && effectiveUntil > one.since).length > 0)
        changed++;
    }
    // Neither all full nor all growing, and in many the rule changed on the way.
    expect(growing).toBeGreaterThan(CASES / 10);
    expect(growing).toBeLessThan((CASES * 9) / 10);
    expect(changed).toBeGreaterThan(CASES / 5);
  });

  test('for any intervals that a config may have, however long an unfinished interval is', async () => {
    const interval = fc.integer({ min: 1, max: MAX_INTERVAL_SECONDS });
    const history = fc.record({
      first: interval,
      second: interval,
      /** When the rule changes, and when it is looked at, in parts of the intervals. */
      changes: fc.double({ min: 0, max: 3, noNaN: true }),
      looks: fc.double({ min: 0, max: 3, noNaN: true }),
      held: fc.integer({ min: 0, max: 3 }),
    });
    const cases = fc
      .sample(history, { numRuns: 2_000, seed: 20_261_122 })
      .map(({ first, second, changes, looks, held }): Case => {
        const changed = START + 1 + Math.floor(changes * first * 1_000);
        const rule = { resource: 'charges', amount: 1, cap: 5, opening: null };
        return {
          rules: [
            { ...rule, effectiveFrom: iso(START), effectiveUntil: iso(changed), everySeconds: first },
            { ...rule, effectiveFrom: iso(changed), effectiveUntil: null, everySeconds: second },
          ],
          held,
          since: iso(START),
          at: iso(changed + Math.floor(looks * second * 1_000)),
          balances: {},
        };
      });
    const computed = await compute(owner, cases);
    for (const [index, one] of cases.entries()) expectAgreement(one, computed[index] as Computed);
  });

  test('the same whether or not it is written down on the way: what is left of an interval is kept', async () => {
    const direct = Array.from({ length: 1_000 }, () => ({ ...anyCase(), held: between(0, 20) })).filter(
      ({ since, at: looked }) => since < looked,
    );
    expect(direct.length).toBeGreaterThan(100);
    const halfway = direct.map((one) => {
      const [from, at] = [Date.parse(one.since), Date.parse(one.at)];
      return { ...one, at: iso(Math.max(from + roll(at - from + 1), START)) };
    });
    const stops = await compute(owner, halfway);
    const resumed = await compute(
      owner,
      direct.map((one, index) => ({
        ...one,
        held: total(halfway[index] as Case, stops[index] as Computed),
        since: stops[index]?.kept ?? one.since,
      })),
    );
    const straight = await compute(owner, direct);
    for (const [index, one] of direct.entries()) {
      const stopped = total(halfway[index] as Case, stops[index] as Computed);
      const described = JSON.stringify({ one, halfway: halfway[index] });
      expect(stopped + (resumed[index]?.gained ?? 0), described).toBe(
        total(one, straight[index] as Computed),
      );
    }
  });
});
