import { describe, expect, test } from 'vitest';
import { drawFrom, outcomeAt } from '../../src/domain/draw.ts';
import type { Choice, Posting } from '../../src/domain/moves.ts';
import type { DrawTable } from '../../src/domain/rules.ts';
import { exampleDocument, rulesOf } from '../config/example.ts';
import { CHEST, COIN, RULES } from './rules.ts';

const draw = (table: DrawTable, roll: number) => drawFrom(table, RULES, () => roll);
const named = ({ oneOf }: Choice) => oneOf.map(({ draw: { outcome } }) => outcome);
const moves = (postings: readonly Posting[] = []) =>
  postings.map(({ resource, delta, atLimit }) => [resource, delta, atLimit]);

describe('every outcome owns as many rolls as it weighs, in the order of the table', () => {
  test.each([
    [0, 'common'],
    [6, 'common'],
    [7, 'epic'],
    [8, 'rare'],
    [9, 'rare'],
  ])('a roll of %i is %s', (roll, name) => expect(outcomeAt(CHEST.outcomes, roll).name).toBe(name));

  test.each([10, 11, Number.NaN])('a roll of %d, beyond the weights, is a defect and no outcome', (roll) =>
    expect(() => outcomeAt(CHEST.outcomes, roll)).toThrow(RangeError));

  test('over all rolls of the example’s summons, the shares are exactly the weights', () => {
    const document = exampleDocument() as never as {
      drawTables: { summons: { outcomes: Record<string, { weight: number }> } };
    };
    const rules = rulesOf(document);
    const table = rules.exchanges.get('summon')?.draws[0]?.table as DrawTable;
    const shares: Record<string, number> = {};
    for (let roll = 0; roll < 10_000; roll++) {
      const drawn = drawFrom(table, rules, (sides) => (sides === 10_000 ? roll : 0)).oneOf.at(-1)?.draw;
      expect(drawn).toMatchObject({ table: 'summons', roll, of: 10_000, guaranteed: false });
      const outcome = String(drawn?.outcome);
      shares[outcome] = (shares[outcome] ?? 0) + 1;
    }
    const weights = Object.entries(document.drawTables.summons.outcomes);
    expect(shares).toEqual(Object.fromEntries(weights.map(([name, { weight }]) => [name, weight])));
  });
});

describe('a table without a guarantee', () => {
  test('has one alternative, which gives what the roll fell to and explains it', () => {
    expect(draw(COIN, 1)).toEqual({
      oneOf: [
        {
          when: null,
          postings: [{ resource: 'gold', delta: 1, floor: null, ceiling: null, atLimit: 'reject' }],
          draw: { table: 'coin', outcome: 'tails', roll: 1, of: 2, guaranteed: false },
        },
      ],
    });
  });
});

describe('a table with a guarantee', () => {
  test('leaves it to the ledger’s counter which of two draws counts; each has a roll of its own', () => {
    const asked: number[] = [];
    const { oneOf } = drawFrom(CHEST, RULES, (sides) => {
      asked.push(sides);
      return sides - 1;
    });
    expect(asked.toSorted()).toEqual([1, 10]);
    expect(oneOf.map(({ when, draw }) => ({ when, ...draw }))).toEqual([
      {
        when: { resource: 'pity:chest', atLeast: 3 },
        ...{ table: 'chest', outcome: 'epic', roll: 0, of: 1, guaranteed: true },
      },
      { when: null, ...{ table: 'chest', outcome: 'rare', roll: 9, of: 10, guaranteed: false } },
    ]);
  });

  test('counts every other outcome, and begins again with a guaranteed one, guaranteed or lucky', () => {
    const [sure, common] = draw(CHEST, 0).oneOf;
    expect(moves(common?.postings)).toEqual([
      ['gold', 10, 'reject'],
      ['pity:chest', 1, 'reject'],
    ]);
    const again = ['pity:chest', -10_000, 'clamp'];
    expect(moves(sure?.postings).at(-1)).toEqual(again);
    const lucky = drawFrom(CHEST, RULES, (sides) => (sides === 10 ? 7 : 0));
    expect(named(lucky)).toEqual(['epic', 'epic']);
    expect(moves(lucky.oneOf[1]?.postings).at(-1)).toEqual(again);
  });

  test('draws among several guaranteed outcomes by their own weights', () => {
    const guarantee = { counter: 'pity:chest', after: 2, outcomes: ['epic', 'rare'] };
    const rolls = [0, 1, 2].map(
      (roll) => named(drawFrom({ ...CHEST, guarantee }, RULES, (sides) => (sides === 3 ? roll : 0)))[0],
    );
    expect(rolls).toEqual(['epic', 'rare', 'rare']);
  });
});
