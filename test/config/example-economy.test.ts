// The example configs: both can be published, and the economy of the larger one is one that an economist would respect.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fromJSONSchema } from 'zod';
import { diffDocuments } from '../../src/config/changes.ts';
import { compileForPublishing } from '../../src/config/compile.ts';
import type { BalanceRules, ExchangeRule } from '../../src/domain/rules.ts';
import { RESERVED_CLAIM_TYPES } from '../../src/resolvers/schema.ts';
import { exampleDocument, ID, type Json, problemsOf, rulesOf } from './example.ts';

const read = (path: string): Json =>
  JSON.parse(readFileSync(new URL(`../../config/${path}`, import.meta.url), 'utf8'));
const EXAMPLES = ['balance.example.json', 'puzzle.example.json'];
const RULES = rulesOf(read('balance.example.json'));
const PUZZLE = rulesOf(read('puzzle.example.json'));

describe.each(EXAMPLES)('%s', (path) => {
  test('can be published', () => {
    const result = compileForPublishing(read(path), ID, { reservedNames: RESERVED_CLAIM_TYPES });
    expect(problemsOf(result)).toEqual([]);
  });

  test('is valid by the JSON schema that editors use, which refuses an unknown field', () => {
    const schema = fromJSONSchema(read('balance.schema.json') as never);
    expect(schema.safeParse(read(path)).success).toBe(true);
    expect(schema.safeParse({ ...(read(path) as object), exchangs: {} }).success).toBe(false);
  });
});

test('the game of the tests is a part of the example, apart from what daily_quest requires', () => {
  const changed = diffDocuments(exampleDocument(), read('balance.example.json'))
    .filter(({ before, path }) => before !== null && !/(^|\.)(description|\$schema)$/.test(path))
    .map(({ path, before, after }) => `${path}: ${before} → ${after}`);
  expect(changed).toEqual([]);
});

/** What players hold for good, by choice: records of what they did, and trophies. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  balance: [
    'frame:golden',
    'hero:dragon_queen',
    'hero:frost_queen',
    'skill:passing',
    'skill:shooting',
    'slips_closed',
  ],
  puzzle: ['stars'],
};

/** Every resource that something gives. */
function givenBy({ resources, claimTypes, exchanges, drawTables, levels }: BalanceRules): Set<string> {
  const claims = [...claimTypes.values()].flatMap(({ rewards }) => rewards);
  const bought = [...exchanges.values()].flatMap(({ gives, options }) => [
    ...gives,
    ...[...(options ?? new Map<string, ExchangeRule['gives']>()).values()].flat(),
  ]);
  const drawn = [...drawTables.values()].flatMap(({ outcomes }) => outcomes.flatMap(({ gives }) => gives));
  const converted = [...resources.values()].flatMap(({ converts }) => converts ?? []);
  const all = [...claims, ...bought, ...drawn, ...converted, ...(levels?.grants ?? [])];
  return new Set(all.map(({ resource }) => resource));
}

/** Every resource that something takes, and those from which levels and tiers follow, which are not for spending. */
function takenBy({ exchanges, statPoints, combat, levels, tiers }: BalanceRules): Set<string> {
  const costs = [...exchanges.values()].flatMap(({ costs: prices }) =>
    prices.flatMap((price) => price.map(({ resource }) => resource)),
  );
  const parts = [statPoints?.resource, combat?.health, levels?.resource, tiers?.resource];
  return new Set([...costs, ...parts.flatMap((resource) => resource ?? [])]);
}

describe.each([
  ['balance', RULES],
  ['puzzle', PUZZLE],
])('in the %s example', (name, rules) => {
  test('every resource that is given has a sink, except what players keep for good', () => {
    const [given, taken] = [givenBy(rules), takenBy(rules)];
    expect([...given].filter((resource) => !taken.has(resource)).toSorted()).toEqual(KEPT[name]);
  });

  test('every resource that something costs is given by something, opens or regenerates', () => {
    const given = givenBy(rules);
    const costs = [...rules.exchanges.values()].flatMap((exchange) => exchange.costs.flat());
    const free = costs.filter(
      ({ resource }) => !given.has(resource) && !rules.resources.get(resource)?.accrual,
    );
    expect(free).toEqual([]);
  });

  test('no chain of purchases ends with more than it began with', () => {
    expect(profitableChains(rules)).toEqual([]);
  });
});

test('a second frost queen becomes shards, which buy one of several things', () => {
  expect(RULES.resources.get('hero:frost_queen')).toMatchObject({
    ceiling: 1,
    atCeiling: 'clamp',
    converts: { resource: 'queen_shards', rate: 30 },
  });
  const { costs, options } = RULES.exchanges.get('queens_favour') as ExchangeRule;
  expect(costs).toEqual([[{ resource: 'queen_shards', amount: 30 }]]);
  expect([...(options?.keys() ?? [])]).toEqual(['hero', 'summons', 'training']);
});

test('a purchase that pays for itself is found', () => {
  const rules = structuredRules([
    { name: 'buy', costs: [[{ resource: 'coins', amount: 10 }]], gives: [{ resource: 'gems', amount: 2 }] },
    { name: 'sell', costs: [[{ resource: 'gems', amount: 1 }]], gives: [{ resource: 'coins', amount: 6 }] },
  ]);
  expect(profitableChains(rules)).toEqual(['coins → gems → coins: 1 becomes 1.2']);
});

/** Unlimited exchanges of one resource for others, as rates. Draws and formulas count as nothing: no rate of them is certain. */
function profitableChains({ exchanges }: Pick<BalanceRules, 'exchanges'>): string[] {
  const rates = [...exchanges.values()].flatMap(({ costs, gives }) =>
    costs.flatMap(([cost, ...more]) => {
      if (!cost || more.length > 0) return [];
      const { resource: from, amount: price } = cost;
      return gives.flatMap(({ resource: to, amount }) =>
        typeof amount === 'number' && typeof price === 'number' ? [{ from, to, rate: amount / price }] : [],
      );
    }),
  );
  const found: string[] = [];
  const walk = (path: readonly string[], rate: number) => {
    const last = path.at(-1);
    for (const { from, to, rate: next } of rates) {
      if (from !== last) continue;
      if (to === path[0]) {
        const product = rate * next;
        if (product > 1) found.push(`${[...path, to].join(' → ')}: 1 becomes ${Number(product.toFixed(3))}`);
      } else if (!path.includes(to) && to > String(path[0])) walk([...path, to], rate * next);
    }
  };
  for (const start of new Set(rates.map(({ from }) => from))) walk([start], 1);
  return found;
}

function structuredRules(exchanges: readonly Pick<ExchangeLike, 'name' | 'costs' | 'gives'>[]) {
  return {
    exchanges: new Map(exchanges.map((exchange) => [exchange.name, exchange])),
  } as unknown as BalanceRules;
}

type ExchangeLike = BalanceRules['exchanges'] extends ReadonlyMap<string, infer E> ? E : never;
