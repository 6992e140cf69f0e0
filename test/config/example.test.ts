import { describe, expect, test } from 'vitest';
import { compileBalanceConfig, compileForPublishing } from '../../src/config/compile.ts';
import { canonicalJson } from '../../src/config/json.ts';
import { perDay } from '../domain/rules.ts';
import {
  exampleDocument,
  exampleWith,
  exampleWithAll,
  ID,
  type Json,
  type Path,
  rulesOf,
} from './example.ts';
import { fingerprint } from './fingerprint.ts';

/** Compiled within a test, so that an error in the compiler (or a mutant) affects both sides of the comparison. */
let original: string | undefined;

/** Each number of the document, including those in formulas: its path, and a function that changes it by a step. */
function* numbers(value: Json, path: Path = []): Generator<[string, (step: number) => Json]> {
  const name = path.join('.');
  if (typeof value === 'number') yield [name, (step) => exampleWith(path, value + step)];
  if (typeof value === 'string' && !/(description|\$schema)$/.test(name)) {
    for (const { 0: digits, index } of value.matchAll(/\d+/g)) {
      const change = (step: number) =>
        value.slice(0, index) + (Number(digits) + step) + value.slice(index + digits.length);
      yield [`${name}: ${change(1)}`, (step) => exampleWith(path, change(step))];
    }
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, field] of Object.entries(value)) {
    yield* numbers(field, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

describe('a change of any number in the example changes the rules', () => {
  test.each([...numbers(exampleDocument())])('a change of %s changes the rules', (_, change) => {
    const up = compileBalanceConfig(change(1), ID);
    // One more can make the document invalid (level 2 would start at 0). One less is then valid.
    const rules = up.kind === 'rules' ? up.rules : rulesOf(change(-1));
    original ??= fingerprint(rulesOf(exampleDocument()));
    expect(fingerprint(rules)).not.toBe(original);
  });
});

test('the example can be published', () => {
  const result = compileForPublishing(exampleDocument(), ID, { reservedNames: [] });
  expect(result).toMatchObject({ kind: 'rules' });
});

test('the example contains every feature that it demonstrates', () => {
  const { claimTypes, resources, exchanges, combat, manualRewards } = rulesOf(exampleDocument());
  const pays = (type: string) => claimTypes.get(type)?.rewards.map((reward) => reward.resource);
  expect(
    claimTypes
      .get('ascension_victory')
      ?.rewards.find(({ resource }) => resource === 'lumees')
      ?.amount({ floor: 4 }),
  ).toBe(200);
  expect(pays('ascension_victory')).toContain('floor_tokens');
  expect(pays('matron_victory')).toEqual(expect.arrayContaining(['lumees', 'experience', 'drop_charges']));
  expect(pays('rating_slip')).toEqual(['lifetime_points', 'loyalty_points', 'slips_closed']);
  expect(claimTypes.get('arena_chest')).toMatchObject({
    proof: 'ticket',
    limits: [perDay('claims:arena_chest', 'arena_chest', 5)],
  });
  expect(claimTypes.get('daily_quest')).toMatchObject({ proof: 'calendar', period: 'day' });
  expect(claimTypes.get('weekly_chest')).toMatchObject({ proof: 'calendar', period: 'week' });
  expect(resources.get('drop_charges')).toMatchObject({
    ceiling: 10,
    atCeiling: 'clamp',
    converts: null,
    accrual: { initial: 5, regenerates: { everySeconds: 3600, amount: 1, upTo: 5 } },
  });
  expect(resources.get('lumees')?.transfer).toEqual({
    perTransfer: 5000,
    limits: [perDay('transfer:lumees', 'transfer', 20_000)],
    receives: [],
    accountAgeHours: null,
    onFull: 'reject',
    message: null,
  });
  expect(resources.get('shards:fire')?.transfer).toEqual({
    perTransfer: null,
    limits: [],
    receives: [],
    accountAgeHours: null,
    onFull: 'reject',
    message: null,
  });
  expect([...exchanges.keys()]).toEqual([
    'buy_summon_token',
    'drop',
    'floor_summon',
    'multi_summon',
    'sparring',
    'summon',
    'training',
  ]);
  expect(exchanges.get('multi_summon')).toMatchObject({
    costs: [[{ resource: 'summon_tokens', amount: 10 }]],
    draws: [{ times: 11, table: { guarantees: [{ after: 89, outcomes: ['legendary_dragon_queen'] }] } }],
  });
  expect(combat?.health).toBe('health');
  expect(manualRewards.awardsPerDay).toBe(200);
});

test('the level curve is compiled to one threshold and one grant per level', () => {
  const { levels } = rulesOf(exampleDocument());
  expect(levels?.thresholds).toHaveLength(99);
  expect(levels?.thresholds.slice(0, 4)).toEqual([100, 300, 600, 1000]);
  expect(levels?.grants).toEqual([{ resource: 'stat_points', amounts: expect.any(Array) }]);
  expect(levels?.grants[0]?.amounts.slice(7, 10)).toEqual([3, 5, 3]);
});

test.each([
  ['energy', 100, 10],
  ['stamina', 100, 10],
  ['health', 500, 50],
])('the maximum of %s is %i and %i per point', (stat, base, perPoint) => {
  const { statPoints } = rulesOf(exampleDocument());
  expect(statPoints?.stats.get(stat)).toEqual({ resource: `stat:${stat}`, base, perPoint });
});

test('stats have names of the config, are compiled in the order of the names, and default to 100 and 10 per point', () => {
  const document = exampleWithAll(
    [['resources', 'stat:aim'], {}],
    [['statPoints', 'stats', 'aim'], { resource: 'stat:aim' }],
  );
  const { statPoints } = rulesOf(document);
  expect([...(statPoints?.stats.keys() ?? [])]).toEqual(['aim', 'energy', 'health', 'stamina']);
  expect(statPoints?.stats.get('aim')).toEqual({ resource: 'stat:aim', base: 100, perPoint: 10 });
});

test('optional fields have their documented defaults', () => {
  const rules = rulesOf(exampleWith(['manualRewards', 'limitPerReward'], undefined));
  expect(rules.manualRewards.limitPerReward).toBe(10_000);
  expect(rules.resources.get('levels_paid')).toEqual({
    name: 'levels_paid',
    floor: 0,
    ceiling: null,
    atCeiling: 'reject',
    converts: null,
    manual: false,
    staff: null,
    accrual: null,
    transfer: null,
    spend: null,
    take: null,
  });
  expect(rules.claimTypes.get('daily_quest')?.limits).toEqual([]);
  expect(rules.exchanges.get('drop')).toEqual({
    name: 'drop',
    costs: [[{ resource: 'drop_charges', amount: 1 }]],
    gives: [{ resource: 'auric_coins', amount: 5 }],
    options: null,
    conditions: [],
    draws: [],
    maxQuantity: 1,
    limits: [],
    window: null,
    reversibleBy: [],
  });
});

test('tiers keep their names and their order', () => {
  const { tiers } = rulesOf(exampleDocument());
  expect(tiers?.resource).toBe('lifetime_points');
  expect(tiers?.tiers.map(({ name }) => name)).toEqual(['Bronze', 'Silver', 'Gold', 'Platinum']);
});

test('rules contain the version and digest that they were compiled with', () => {
  const result = compileBalanceConfig(exampleDocument(), { version: 41, sha256: 'f'.repeat(64) });
  expect(result).toMatchObject({ rules: { version: 41, sha256: 'f'.repeat(64) } });
});

test('canonical JSON ignores the order of keys and keeps the order of lists', () => {
  expect(canonicalJson({ b: [1, { d: 1, c: 2 }], a: 'ä' })).toBe('{"a":"ä","b":[1,{"c":2,"d":1}]}');
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
});
