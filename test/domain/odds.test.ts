import { describe, expect, test } from 'vitest';
import { chancesOfNextDraw, oddsOf } from '../../src/domain/odds.ts';
import type { DrawTable } from '../../src/domain/rules.ts';
import { CHEST, COIN } from './rules.ts';

/** A legend is one of two, and the dragon is certain after the other one. */
const BANNER: DrawTable = {
  name: 'banner',
  outcomes: [
    { name: 'common', weight: 8, gives: [{ resource: 'gold', amount: 1 }], table: null },
    {
      name: 'legend',
      weight: 2,
      gives: [],
      table: {
        name: 'legends',
        outcomes: [
          { name: 'dragon', weight: 1, gives: [{ resource: 'hero:dragon', amount: 1 }], table: null },
          { name: 'phoenix', weight: 3, gives: [{ resource: 'gems', amount: 1 }], table: null },
        ],
        guarantees: [{ counter: 'featured', after: 1, outcomes: ['dragon'] }],
      },
    },
  ],
  guarantees: [{ counter: 'pity:banner', after: 9, outcomes: ['legend'] }],
};

describe('the odds of a table', () => {
  test.each([
    [{}, 0, 4],
    [{ 'pity:chest': 1 }, 1, 3],
    [{ 'pity:chest': 2 }, 2, 2],
    [{ 'pity:chest': 3 }, 3, 1],
    [{ 'pity:chest': 9 }, 9, 1],
  ])('with the balances %j, %i draws count for the guarantee of three, which is certain within %i', (balances, since, certainWithin) => {
    expect(oddsOf([{ table: CHEST, times: 1 }], balances)[0]?.guarantees).toEqual([
      { counter: 'pity:chest', outcomes: ['epic'], since, certainWithin },
    ]);
  });

  test('the odds list the outcomes in the order of the table, and `of` is the sum of their weights', () => {
    const [odds] = oddsOf([{ table: COIN, times: 3 }], {});
    expect(odds?.outcomes.map(({ name }) => name)).toEqual(COIN.outcomes.map(({ name }) => name));
    expect(odds).toMatchObject({ draws: 3, of: 2, guarantees: [] });
  });

  test('the odds of a table that an outcome draws from follow, once, with a guarantee of their own', () => {
    const odds = oddsOf(
      [
        { table: BANNER, times: 2 },
        { table: COIN, times: 1 },
      ],
      { featured: 1 },
    );
    expect(odds.map(({ table, draws }) => [table, draws])).toEqual([
      ['banner', 2],
      ['coin', 1],
      ['legends', 0],
    ]);
    expect(odds[0]?.outcomes[1]).toEqual({ name: 'legend', weight: 2, gives: [], table: 'legends' });
    expect(odds[2]?.guarantees).toMatchObject([{ since: 1, certainWithin: 1 }]);
  });
});

describe('the chances of the next draw', () => {
  test.each([
    ['no guarantee is due', {}, [0.8, 0.05, 0.15]],
    ['the featured outcome is due', { featured: 1 }, [0.8, 0.2]],
    ['a legend is due', { 'pity:banner': 9 }, [0.25, 0.75]],
    ['both are due', { 'pity:banner': 12, featured: 3 }, [1]],
  ])('add up to 1, and follow the guarantees: %s', (_, balances, expected) => {
    const chances = chancesOfNextDraw(BANNER, balances);
    expect(chances.map(({ chance }) => Number(chance.toFixed(9)))).toEqual(expected);
    expect(new Set(chances.map(({ outcomes }) => outcomes.join())).size).toBe(expected.length);
  });
});
