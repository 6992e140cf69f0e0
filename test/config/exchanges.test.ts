import { describe, expect, test } from 'vitest';
import { perDay } from '../domain/rules.ts';
import {
  exampleDocument,
  exampleWith,
  expectProblem,
  type Invalid,
  type Json,
  type Path,
  rulesOf,
} from './example.ts';
import { fingerprint } from './fingerprint.ts';

const DROP = ['exchanges', 'drop'];
const TABLE = ['drawTables', 'summons'];
const GUARANTEES = [...TABLE, 'guarantees'];
const GUARANTEE = [...GUARANTEES, 0];
const AT_GUARANTEE = 'drawTables.summons.guarantees[0]';
const EPIC = [...TABLE, 'outcomes', 'epic_warlock'];
const FREE = { gives: { lumees: 1 }, perDay: 1 };
const LEGENDARY = { counter: 'pity:summons', after: 89, outcomes: ['legendary_dragon_queen'] };
const OUTCOME = { weight: 1, gives: { lumees: 1 } };
const COMMON = { outcomes: { only: OUTCOME, other: OUTCOME } };
const names = (count: number, value: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`name_${i}`, value]));

describe('compiled exchanges', () => {
  test('amounts, draw tables and their outcomes are sorted by name', () => {
    const exchange = { draws: { summons: 2, a_table: 1 }, costs: { lumees: 3, credits: 2 } };
    const document = exampleWith(['exchanges', 'gamble'], exchange) as { drawTables: object };
    Object.assign(document.drawTables, {
      a_table: {
        outcomes: {
          win: { weight: 1, gives: { lumees: 9, credits: 8 } },
          lose: { weight: 2, gives: { lumees: 1 } },
          draw: { weight: 3, gives: { lumees: 4 } },
        },
      },
    });
    const rule = rulesOf(document).exchanges.get('gamble');
    expect(rule).toMatchObject({
      costs: [
        [
          { resource: 'credits', amount: 2 },
          { resource: 'lumees', amount: 3 },
        ],
      ],
      gives: [],
      maxQuantity: 1,
      limits: [],
    });
    expect(rule?.draws.map(({ table, times }) => [table.name, times])).toEqual([
      ['a_table', 1],
      ['summons', 2],
    ]);
    expect(rule?.draws[0]?.table).toEqual({
      name: 'a_table',
      outcomes: [
        { name: 'draw', weight: 3, gives: [{ resource: 'lumees', amount: 4 }], table: null },
        { name: 'lose', weight: 2, gives: [{ resource: 'lumees', amount: 1 }], table: null },
        {
          name: 'win',
          weight: 1,
          gives: [
            { resource: 'credits', amount: 8 },
            { resource: 'lumees', amount: 9 },
          ],
          table: null,
        },
      ],
      guarantees: [],
    });
  });

  test('a document with its fields in another order, as Postgres returns it, compiles to the same rules in the same order', () => {
    const grants = { stat_points: 3, lumees: 'level', auric_coins: 1 };
    const document = exampleWith(['levels', 'grants'], grants);
    const [original, reordered] = [document, backwards(document)].map((ordered) => {
      const { exchanges, resources, claimTypes, levels } = rulesOf(ordered);
      const rewards = ['matron_victory', 'rating_slip'].map((type) => claimTypes.get(type)?.rewards);
      expect(levels?.grants.map(({ resource }) => resource)).toEqual(Object.keys(grants).toSorted());
      return JSON.stringify([...exchanges, ...resources, rewards, levels]);
    });
    expect(reordered).toBe(original);
  });

  test('a document without exchanges, draw tables and combat is valid', () => {
    const before = exampleDocument() as Record<string, unknown>;
    for (const field of ['exchanges', 'drawTables', 'combat']) delete before[field];
    const rules = rulesOf(before);
    expect([rules.exchanges.size, rules.combat]).toEqual([0, null]);
    expect(fingerprint(rules)).not.toBe(fingerprint(rulesOf(exampleDocument())));
  });

  test('a document can have 500 exchanges', () => {
    expect(rulesOf(exampleWith(['exchanges'], names(500, FREE))).exchanges.size).toBe(500);
  });

  test('an exchange can be free with a daily limit, and cost up to the largest exact amount', () => {
    const most = Math.floor(Number.MAX_SAFE_INTEGER / 10);
    const costs = { auric_coins: most };
    expect(rulesOf(exampleWith(['exchanges', 'gift'], FREE)).exchanges.get('gift')).toMatchObject({
      costs: [[]],
      limits: [perDay('exchange:gift', 'gift', 1)],
    });
    const buy = rulesOf(exampleWith(['exchanges', 'buy_summon_token', 'costs'], costs));
    expect(buy.exchanges.get('buy_summon_token')?.costs[0]?.[0]?.amount).toBe(most);
  });

  test.each<[Path, unknown]>([
    [[...EPIC, 'weight'], 1_000_000],
    [[...GUARANTEE, 'after'], 10_000],
    [['exchanges', 'multi_summon', 'maxQuantity'], 9],
    [[...DROP, 'maxQuantity'], 100],
    [['exchanges', 'summon', 'maxQuantity'], 100],
    [['combat'], undefined],
    [
      [...GUARANTEE, 'outcomes'],
      ['legendary_dragon_queen', 'epic_warlock', 'rare_paladin', 'common_archer'],
    ],
  ])('accepts %j = %j, the limit', (path, value) => {
    expect(rulesOf(exampleWith(path, value)).exchanges.size).toBe(7);
  });

  test('a draw can give a resource with a ceiling that clamps', () => {
    expect(rulesOf(exampleWith([...EPIC, 'gives', 'drop_charges'], 1)).exchanges.size).toBe(7);
  });
});

describe('exchanges and draw tables with the wrong shape', () => {
  test.each<Invalid>([
    [['exchanges'], names(501, FREE), null, /at most 500 entries/],
    [['exchanges', 'Drop'], FREE, null, /an exchange name: 1 to 64 lowercase letters/],
    [[...DROP, 'cost'], {}, null, /not a field/],
    [[...DROP, 'costs', 'drop_charges'], 0, null, /at least 1, not 0/],
    [[...DROP, 'costs', 'drop_charges'], true, null, /a formula in quotes or a whole number, not true/],
    [[...DROP, 'gives', 'auric_coins'], -1, null, /at least 1, not -1/],
    [[...DROP, 'gives'], names(17, 1), null, /at most 16 entries/],
    [[...DROP, 'costs'], names(17, 1), null, /at most 16 entries/],
    [[...DROP, 'draws'], names(17, 1), null, /at most 16 entries/],
    [[...DROP, 'draws'], { summons: 0 }, 'exchanges.drop.draws.summons', /at least 1, not 0/],
    [[...DROP, 'draws'], { summons: 101 }, 'exchanges.drop.draws.summons', /at most 100, not 101/],
    [[...DROP, 'maxQuantity'], 0, null, /at least 1, not 0/],
    [[...DROP, 'maxQuantity'], 101, null, /at most 100, not 101/],
    [[...DROP, 'perDay'], 0, null, /at least 1, not 0/],
    [[...DROP, 'reversibleBy'], ['staff'], 'exchanges.drop.reversibleBy[0]', /"server", not "staff"/],
    [['drawTables'], names(201, COMMON), null, /at most 200 entries/],
    [['drawTables', 'Chest'], COMMON, null, /a draw table name: 1 to 64 lowercase letters/],
    [[...TABLE, 'outcomes'], {}, null, /at least 1 entry/],
    [[...TABLE, 'outcomes'], names(101, OUTCOME), null, /at most 100 entries/],
    [[...TABLE, 'outcomes', 'a b'], OUTCOME, null, /an outcome name: 1 to 64 lowercase letters/],
    [[...EPIC, 'weight'], 0, null, /at least 1, not 0/],
    [[...EPIC, 'weight'], 1_000_001, null, /at most 1000000, not 1000001/],
    [[...EPIC, 'weight'], 0.5, null, /a whole number, not 0.5/],
    [[...EPIC, 'gives'], {}, null, /at least 1 entry, or name a table to draw from/],
    [[...EPIC, 'gives'], names(17, 1), null, /at most 16 entries/],
    [[...EPIC, 'gives', 'lumees'], 0, null, /at least 1, not 0/],
    [[...GUARANTEE, 'after'], 0, `${AT_GUARANTEE}.after`, /at least 1, not 0/],
    [[...GUARANTEE, 'after'], 10_001, `${AT_GUARANTEE}.after`, /at most 10000, not 10001/],
    [[...GUARANTEE, 'outcomes'], [], `${AT_GUARANTEE}.outcomes`, /at least 1 entry, not a list of 0/],
    [[...GUARANTEE, 'counter'], undefined, `${AT_GUARANTEE}.counter`, /but it is missing/],
    [GUARANTEES, Array(9).fill(LEGENDARY), null, /at most 8/],
  ])('rejects %j = %j', expectProblem);
});

describe('exchanges that contradict the document or have no limit', () => {
  test.each<Invalid>([
    [[...DROP, 'costs', 'gems'], 1, null, /the resource "gems", which is not listed in resources/],
    [[...DROP, 'gives', 'gems'], 1, null, /the resource "gems", which is not listed in resources/],
    [
      [...DROP, 'draws'],
      { chest: 1 },
      'exchanges.drop.draws.chest',
      /the table "chest", which is not listed/,
    ],
    [
      [...DROP, 'draws'],
      { constructor: 1 },
      'exchanges.drop.draws.constructor',
      /which is not listed in drawTables/,
    ],
    [[...DROP, 'costs'], {}, 'exchanges.drop.perDay', /must be set, because the exchange costs nothing/],
    [[...DROP, 'gives', 'drop_charges'], 2, null, /remove it: the exchange also costs it/],
    [
      ['exchanges', 'multi_summon', 'maxQuantity'],
      10,
      'exchanges.multi_summon.draws',
      /at most 100 draws .* 110/,
    ],
    [
      ['exchanges', 'buy_summon_token', 'costs', 'auric_coins'],
      Number.MAX_SAFE_INTEGER,
      null,
      /at most 900719925474099 when maxQuantity is 10/,
    ],
    [
      ['exchanges', 'buy_summon_token', 'gives', 'summon_tokens'],
      900_719_925_474_100,
      null,
      /at most 900719925474099 when maxQuantity is 10/,
    ],
    [['exchanges', 'daily_quest'], FREE, null, /also the name of a claim type/],
  ])('rejects %j = %j', expectProblem);

  test('the limit of draws per request applies to all tables of an exchange together', () => {
    const document = exampleWith(['drawTables', 'other'], COMMON) as { exchanges: Json };
    const draws = { summons: 6, other: 5 };
    const exchanges = { summon: { costs: { lumees: 1 }, draws, maxQuantity: 9 } };
    expect(rulesOf({ ...document, exchanges }).exchanges.get('summon')?.maxQuantity).toBe(9);
    Object.assign(exchanges.summon, { maxQuantity: 10 });
    expect(() => rulesOf({ ...document, exchanges })).toThrow(/at most 100 draws per request, not 110/);
  });
});

/** The same document with the fields of each object in reverse order. */
function backwards(value: Json): Json {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).reverse();
  return Object.fromEntries(fields.map(([name, field]) => [name, backwards(field)]));
}
