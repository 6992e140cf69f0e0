/**
 * Draws with several guarantees and nested tables against a computation of their own: the test rolls every possible roll, and
 * selects among the alternatives as the kernel does, by the balances alone.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawFrom, type Roll } from '../../src/domain/draw.ts';
import type { Choice } from '../../src/domain/moves.ts';
import type { DrawOutcome, DrawTable, Guarantee, ResourceRule } from '../../src/domain/rules.ts';
import { RULES } from './rules.ts';

const plain = RULES.resources.get('gold') as ResourceRule;
const COUNTERS = ['c1', 'c2', 'f1', 'f2'];
const rules = {
  ...RULES,
  resources: new Map([
    ...RULES.resources,
    ...COUNTERS.map((name): [string, ResourceRule] => [name, { ...plain, name }]),
  ]),
};
type Balances = Record<string, number>;

/** What the kernel does with a choice: the first alternative whose conditions hold. */
function taken({ oneOf }: Choice, balances: Balances) {
  const chosen = oneOf.find(({ when }) =>
    when.every(({ resource, atLeast }) => (balances[resource] ?? 0) >= atLeast),
  );
  if (!chosen) throw new Error('no alternative was taken');
  const after = { ...balances };
  for (const { resource, delta } of chosen.postings)
    if (COUNTERS.includes(resource)) after[resource] = Math.max((after[resource] ?? 0) + delta, 0);
  return { names: chosen.draws.map(({ outcome }) => outcome), draws: chosen.draws, after };
}

/** Every sequence of rolls that one draw can ask for, each equally likely within its sides. */
function everyRoll<T>(draw: (roll: Roll) => T): { readonly result: T; readonly chance: number }[] {
  const results: { result: T; chance: number }[] = [];
  const visit = (fixed: readonly number[]) => {
    const sides: number[] = [];
    const result = draw((of) => {
      const roll = fixed[sides.length] ?? 0;
      sides.push(of);
      return roll;
    });
    const open = sides.length > fixed.length;
    if (!open) {
      results.push({ result, chance: sides.reduce((chance, of) => chance / of, 1) });
      return;
    }
    for (let roll = 0; roll < (sides[fixed.length] as number); roll++) visit([...fixed, roll]);
  };
  visit([]);
  return results;
}

/** By the definition: the first guarantee that is due restricts the outcomes; then the table of the outcome is drawn from. */
function expectedChances(table: DrawTable, balances: Balances): Record<string, number> {
  const due = table.guarantees.find(({ counter, after }) => (balances[counter] ?? 0) >= after);
  const possible = table.outcomes.filter(({ name }) => !due || due.outcomes.includes(name));
  const of = possible.reduce((sum, { weight }) => sum + weight, 0);
  const chances: Record<string, number> = {};
  for (const { name, weight, table: inner } of possible) {
    const ends = inner ? expectedChances(inner, balances) : { '': 1 };
    for (const [end, chance] of Object.entries(ends))
      chances[[name, ...(end ? [end] : [])].join('/')] = (weight / of) * chance;
  }
  return chances;
}

const outcome = (name: string, weight: number, table: DrawTable | null = null): DrawOutcome => ({
  name,
  weight,
  gives: [{ resource: 'gold', amount: 1 }],
  table,
});
const weight = fc.integer({ min: 1, max: 2 });
const after = fc.integer({ min: 1, max: 4 });
const guarantee = (counter: string, at: number, ...outcomes: string[]): Guarantee => ({
  counter,
  after: at,
  outcomes,
});

/** A featured outcome that is certain after a miss, in a table of two, within a table of three with two guarantees. */
const banners = fc
  .record({
    w: fc.array(weight, { minLength: 5, maxLength: 5 }),
    a: fc.array(after, { minLength: 2, maxLength: 2 }),
  })
  .map(({ w, a }): DrawTable => {
    const [w1 = 1, w2 = 1, w3 = 1, w4 = 1, w5 = 1] = w;
    const legends: DrawTable = {
      name: 'legends',
      outcomes: [outcome('dragon', w4), outcome('phoenix', w5)],
      guarantees: [guarantee('f1', 1, 'dragon')],
    };
    return {
      name: 'banner',
      outcomes: [outcome('common', w1), outcome('epic', w2), outcome('legend', w3, legends)],
      guarantees: [guarantee('c1', a[0] ?? 1, 'legend'), guarantee('c2', a[1] ?? 1, 'epic', 'legend')],
    };
  });
const balancesOf = fc.record({
  c1: fc.integer({ min: 0, max: 6 }),
  c2: fc.integer({ min: 0, max: 6 }),
  f1: fc.integer({ min: 0, max: 2 }),
});

describe('a draw with two guarantees and a featured outcome', () => {
  test('has exactly the chances of its definition, over all rolls', () => {
    fc.assert(
      fc.property(banners, balancesOf, (banner, balances) => {
        const chances: Record<string, number> = {};
        for (const { result, chance } of everyRoll((roll) => drawFrom(banner, rules, roll))) {
          const end = taken(result, balances).names.join('/');
          chances[end] = (chances[end] ?? 0) + chance;
        }
        const expected = expectedChances(banner, balances);
        expect(Object.keys(chances).toSorted()).toEqual(Object.keys(expected).toSorted());
        for (const [end, chance] of Object.entries(expected)) expect(chances[end]).toBeCloseTo(chance, 9);
      }),
      { numRuns: 12 },
    );
  });

  test('exceeds no guarantee, whatever is rolled and however often', () => {
    const rolls = fc.array(fc.nat(), { minLength: 30, maxLength: 300 });
    fc.assert(
      fc.property(banners, rolls, (banner, all) => {
        let at = 0;
        const roll: Roll = (sides) => (all[at++ % all.length] as number) % sides;
        let balances: Balances = {};
        const since = { legend: 0, epic: 0, dragon: 0 };
        const [legend, epic] = banner.guarantees as [Guarantee, Guarantee];
        for (let draws = 0; draws < 60; draws++) {
          const { names, draws: drawn, after } = taken(drawFrom(banner, rules, roll), balances);
          const isLegend = names.includes('legend');
          expect(drawn[0]?.guaranteed).toBe(since.legend >= legend.after || since.epic >= epic.after);
          since.legend = isLegend ? 0 : since.legend + 1;
          since.epic = isLegend || names.includes('epic') ? 0 : since.epic + 1;
          if (isLegend) since.dragon = names.includes('dragon') ? 0 : since.dragon + 1;
          expect(since.legend).toBeLessThanOrEqual(legend.after);
          expect(since.epic).toBeLessThanOrEqual(epic.after);
          expect(since.dragon).toBeLessThanOrEqual(1);
          expect([after.c1, after.c2, after.f1 ?? 0]).toEqual([since.legend, since.epic, since.dragon]);
          balances = after;
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('a draw from the table of an outcome is recorded after the draw of that outcome', () => {
  const coin: DrawTable = {
    name: 'coin',
    outcomes: [outcome('heads', 1), outcome('tails', 1)],
    guarantees: [],
  };
  const chest: DrawTable = { name: 'chest', outcomes: [outcome('coin', 3, coin)], guarantees: [] };
  const [only, ...others] = drawFrom(chest, rules, (sides) => sides - 1).oneOf;
  expect(others).toEqual([]);
  expect(only).toMatchObject({
    when: [],
    draws: [
      { table: 'chest', outcome: 'coin', roll: 2, of: 3, guaranteed: false },
      { table: 'coin', outcome: 'tails', roll: 1, of: 2, guaranteed: false },
    ],
    postings: [{ resource: 'gold' }, { resource: 'gold' }],
  });
});
