// Several prices and options of an exchange.
import { describe, expect, test } from 'vitest';
import { compileForPublishing } from '../../src/config/compile.ts';
import {
  exampleWith,
  exampleWithAll,
  expectProblem,
  ID,
  type Invalid,
  type Path,
  problemsOf,
  rulesOf,
} from './example.ts';

const BUY = ['exchanges', 'buy_summon_token'];
const COSTS: Path = [...BUY, 'costs'];
const OPTIONS: Path = [...BUY, 'chooseOne'];
const ways = [{ auric_coins: 300 }, { lumees: 900, credits: 3 }];
const options = { fire: { gives: { 'shards:fire': 1 } }, water: { gives: { 'shards:water': 2 } } };

test('prices and options are compiled in the order of the document, and of their names', () => {
  const { exchanges } = rulesOf(exampleWithAll([COSTS, ways], [OPTIONS, options]));
  expect(exchanges.get('buy_summon_token')).toMatchObject({
    costs: [
      [{ resource: 'auric_coins', amount: 300 }],
      [
        { resource: 'credits', amount: 3 },
        { resource: 'lumees', amount: 900 },
      ],
    ],
    options: new Map([
      ['fire', [{ resource: 'shards:fire', amount: 1 }]],
      ['water', [{ resource: 'shards:water', amount: 2 }]],
    ]),
  });
  expect(rulesOf(exampleWith(COSTS, { auric_coins: 1 })).exchanges.get('buy_summon_token')).toMatchObject({
    costs: [[{ resource: 'auric_coins', amount: 1 }]],
    options: null,
  });
});

test('a price of a list may have formulas, which are tried as those of one price', () => {
  const prices = [{ auric_coins: "300 + balance('lumees')" }, { lumees: '9 * quantity' }];
  expect(rulesOf(exampleWith(COSTS, prices)).exchanges.get('buy_summon_token')?.costs).toMatchObject([
    [{ resource: 'auric_coins', amount: expect.any(Function) }],
    [{ resource: 'lumees', amount: expect.any(Function) }],
  ]);
});

test('the formulas of each price are tried before a config is published', () => {
  const prices = [{ auric_coins: 1 }, { lumees: '1 / (quantity - 1)' }];
  const result = compileForPublishing(exampleWith(COSTS, prices), ID, { reservedNames: [] });
  expect(problemsOf(result).map(({ path }) => path)).toEqual(['exchanges.buy_summon_token.costs[1].lumees']);
});

test('an option may give by a formula, which is tried as those of prices', () => {
  const gives = { 'shards:fire': "quantity * (1 + balance('lumees') / 100)" };
  const exchange = rulesOf(exampleWith(OPTIONS, { ...options, fire: { gives } })).exchanges.get(
    'buy_summon_token',
  );
  expect(exchange?.options?.get('fire')).toMatchObject([
    { resource: 'shards:fire', amount: expect.any(Function) },
  ]);
  const failing = { ...options, fire: { gives: { 'shards:fire': '1 / (quantity - 1)' } } };
  const result = compileForPublishing(exampleWith(OPTIONS, failing), ID, { reservedNames: [] });
  expect(problemsOf(result).map(({ path }) => path)).toEqual([
    'exchanges.buy_summon_token.chooseOne.fire.gives.shards:fire',
  ]);
});

describe('what is refused', () => {
  test.each<Invalid>([
    [COSTS, [], null, /.+/],
    [COSTS, [{}], 'exchanges.buy_summon_token.costs[0]', /at least 1 entry/],
    [COSTS, [{ no_such: 1 }], 'exchanges.buy_summon_token.costs[0].no_such', /not listed in resources/],
    [
      COSTS,
      [{ auric_coins: 1 }, { auric_coins: 2, lumees: 1 }],
      'exchanges.buy_summon_token.costs[1]',
      /remove it: it costs all that price 0 costs/,
    ],
    [
      COSTS,
      [{ summon_tokens: 1 }, { lumees: 1 }],
      'exchanges.buy_summon_token.gives.summon_tokens',
      /also costs it/,
    ],
    [
      COSTS,
      [{ auric_coins: 1 }, { lumees: Number.MAX_SAFE_INTEGER }],
      'exchanges.buy_summon_token.costs[1].lumees',
      /at most .* when maxQuantity/,
    ],
    [COSTS, [{ auric_coins: 1 }, { lumees: '1 +' }], 'exchanges.buy_summon_token.costs[1].lumees', /.+/],
    [
      COSTS,
      [{ auric_coins: '5' }, { auric_coins: '5', lumees: 1 }],
      'exchanges.buy_summon_token.costs[1]',
      /remove it/,
    ],
    [OPTIONS, { fire: options.fire }, null, /at least 2/],
    [
      OPTIONS,
      { ...options, fire: { gives: { 'shards:fire': 'no_such + 1' } } },
      'exchanges.buy_summon_token.chooseOne.fire.gives.shards:fire',
      /no_such/,
    ],
    [
      OPTIONS,
      { ...options, water: { gives: { summon_tokens: 1 } } },
      'exchanges.buy_summon_token.chooseOne.water.gives.summon_tokens',
      /remove it here or from gives/,
    ],
    [
      OPTIONS,
      { ...options, water: { gives: { auric_coins: 1 } } },
      'exchanges.buy_summon_token.chooseOne.water.gives.auric_coins',
      /also costs it/,
    ],
    [
      OPTIONS,
      { ...options, water: { gives: { 'stat:energy': 1 } } },
      'exchanges.buy_summon_token.chooseOne.water.gives.stat:energy',
      /is changed only by the ledger/,
    ],
  ])('%j = %j', expectProblem);
});
