import { describe, expect, test } from 'vitest';
import { drawFrom, outcomeAt } from '../../src/domain/draw.ts';
import type { Choice, Posting } from '../../src/domain/moves.ts';
import type { DrawTable } from '../../src/domain/rules.ts';
import { exampleDocument, rulesOf } from '../config/example.ts';
import { CHEST, COIN, RULES } from './rules.ts';

const draw = (table: DrawTable, roll: number) => drawFrom(table, RULES, () => roll);
const outcomesOf = ({ oneOf }: Choice) => oneOf.flatMap(({ draws }) => draws.map(({ outcome }) => outcome));
const movesOf = (postings: readonly Posting[] = []) =>
  postings.map(({ resource, delta, atLimit }) => [resource, delta, atLimit]);

describe('the outcome of a roll', () => {
  test.each([
    [0, 'common'],
    [6, 'common'],
    [7, 'epic'],
    [8, 'rare'],
    [9, 'rare'],
  ])('each outcome owns as many rolls as its weight, in the order of the table: %i is %s', (roll, name) =>
    expect(outcomeAt(CHEST.outcomes, roll).name).toBe(name));

  test.each([10, 11, Number.NaN])('a roll of %d, outside the total weight, throws an error', (roll) =>
    expect(() => outcomeAt(CHEST.outcomes, roll)).toThrow(RangeError));

  test('the outcomes of all rolls of the example summons have exactly the shares of their weights', () => {
    const document = exampleDocument() as never as {
      drawTables: { summons: { outcomes: Record<string, { weight: number }> } };
    };
    const rules = rulesOf(document);
    const table = rules.exchanges.get('summon')?.draws[0]?.table as DrawTable;
    const shares: Record<string, number> = {};
    for (let roll = 0; roll < 10_000; roll++) {
      const drawn = drawFrom(table, rules, (sides) => (sides === 10_000 ? roll : 0)).oneOf.at(-1)?.draws[0];
      expect(drawn).toMatchObject({ table: 'summons', roll, of: 10_000, guaranteed: false });
      const outcome = String(drawn?.outcome);
      shares[outcome] = (shares[outcome] ?? 0) + 1;
    }
    const weights = Object.entries(document.drawTables.summons.outcomes);
    expect(shares).toEqual(Object.fromEntries(weights.map(([name, { weight }]) => [name, weight])));
  });
});

test('a table without a guarantee has one alternative, with its postings and its roll', () => {
  expect(draw(COIN, 1)).toEqual({
    oneOf: [
      {
        when: [],
        postings: [{ resource: 'gold', delta: 1, floor: null, ceiling: null, atLimit: 'reject' }],
        draws: [{ table: 'coin', outcome: 'tails', roll: 1, of: 2, guaranteed: false }],
      },
    ],
  });
});

describe('a table with a guarantee', () => {
  test('a guarantee has two alternatives with a roll each, and the counter in the ledger selects one', () => {
    const sidesRolled: number[] = [];
    const { oneOf } = drawFrom(CHEST, RULES, (sides) => {
      sidesRolled.push(sides);
      return sides - 1;
    });
    expect(sidesRolled.toSorted()).toEqual([1, 10]);
    expect(oneOf.map(({ when, draws: [draw] }) => ({ when, ...draw }))).toEqual([
      {
        when: [{ resource: 'pity:chest', atLeast: 3 }],
        ...{ table: 'chest', outcome: 'epic', roll: 0, of: 1, guaranteed: true },
      },
      { when: [], ...{ table: 'chest', outcome: 'rare', roll: 9, of: 10, guaranteed: false } },
    ]);
  });

  test('the counter rises with every other outcome and is reset by a guaranteed outcome, also by chance', () => {
    const [guaranteed, common] = draw(CHEST, 0).oneOf;
    expect(movesOf(common?.postings)).toEqual([
      ['gold', 10, 'reject'],
      ['pity:chest', 1, 'reject'],
    ]);
    const reset = ['pity:chest', -10_000, 'clamp'];
    expect(movesOf(guaranteed?.postings).at(-1)).toEqual(reset);
    const byChance = drawFrom(CHEST, RULES, (sides) => (sides === 10 ? 7 : 0));
    expect(outcomesOf(byChance)).toEqual(['epic', 'epic']);
    expect(movesOf(byChance.oneOf[1]?.postings).at(-1)).toEqual(reset);
  });

  test('a guarantee of several outcomes draws among them by their weights', () => {
    const guarantees = [{ counter: 'pity:chest', after: 2, outcomes: ['epic', 'rare'] }];
    const drawn = [0, 1, 2].map(
      (roll) => outcomesOf(drawFrom({ ...CHEST, guarantees }, RULES, (sides) => (sides === 3 ? roll : 0)))[0],
    );
    expect(drawn).toEqual(['epic', 'rare', 'rare']);
  });
});
