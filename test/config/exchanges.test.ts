import { describe, expect, test } from 'vitest';
import { exampleDocument, exampleWith, type Json, type Path, rulesOf } from './example.ts';
import { fingerprint } from './fingerprint.ts';
import { type Case, refuses } from './refuses.ts';

const DROP = ['exchanges', 'drop'];
const TABLE = ['drawTables', 'summons'];
const GUARANTEE = [...TABLE, 'guarantee'];
const EPIC = [...TABLE, 'outcomes', 'epic_warlock'];
const FREE = { gives: { lumees: 1 }, perDay: 1 };
const OUTCOME = { weight: 1, gives: { lumees: 1 } };
const COMMON = { outcomes: { only: OUTCOME, other: OUTCOME } };
const names = (count: number, value: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`name_${i}`, value]));

describe('an exchange is compiled with all that it needs', () => {
  test('amounts, tables and their outcomes stand in the order of their names', () => {
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
        { resource: 'credits', amount: 2 },
        { resource: 'lumees', amount: 3 },
      ],
      gives: [],
      maxQuantity: 1,
      perDay: null,
    });
    expect(rule?.draws.map(({ table, times }) => [table.name, times])).toEqual([
      ['a_table', 1],
      ['summons', 2],
    ]);
    expect(rule?.draws[0]?.table).toEqual({
      name: 'a_table',
      outcomes: [
        { name: 'draw', weight: 3, gives: [{ resource: 'lumees', amount: 4 }] },
        { name: 'lose', weight: 2, gives: [{ resource: 'lumees', amount: 1 }] },
        {
          name: 'win',
          weight: 1,
          gives: [
            { resource: 'credits', amount: 8 },
            { resource: 'lumees', amount: 9 },
          ],
        },
      ],
      guarantee: null,
    });
  });

  test('a document with its fields in another order, as Postgres gives it, has the same rules in the same order', () => {
    const grants = { stat_points: 3, lumees: 'level', auric_coins: 1 };
    const document = exampleWith(['levels', 'grants'], grants);
    const [there, back] = [document, backwards(document)].map((fields) => {
      const { exchanges, resources, claimTypes, levels } = rulesOf(fields);
      const rewards = ['matron_victory', 'rating_slip'].map((type) => claimTypes.get(type)?.rewards);
      expect(levels.grants.map(({ resource }) => resource)).toEqual(Object.keys(grants).toSorted());
      return JSON.stringify([...exchanges, ...resources, rewards, levels]);
    });
    expect(back).toBe(there);
  });

  test('a document from before there were exchanges, tables and combat is valid still', () => {
    const before = exampleDocument() as Record<string, unknown>;
    for (const field of ['exchanges', 'drawTables', 'combat']) delete before[field];
    const rules = rulesOf(before);
    expect([rules.exchanges.size, rules.combat]).toEqual([0, null]);
    expect(fingerprint(rules)).not.toBe(fingerprint(rulesOf(exampleDocument())));
  });

  test('there may be five hundred of them', () => {
    expect(rulesOf(exampleWith(['exchanges'], names(500, FREE))).exchanges.size).toBe(500);
  });

  test('it may be free once a day, and cost as much as a number can say', () => {
    const most = Math.floor(Number.MAX_SAFE_INTEGER / 10);
    const costs = { auric_coins: most };
    expect(rulesOf(exampleWith(['exchanges', 'gift'], FREE)).exchanges.get('gift')).toMatchObject({
      costs: [],
      perDay: 1,
    });
    const buy = rulesOf(exampleWith(['exchanges', 'buy_summon_token', 'costs'], costs));
    expect(buy.exchanges.get('buy_summon_token')?.costs[0]?.amount).toBe(most);
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
  ])('%j = %j is just within its bound', (path, value) => {
    expect(rulesOf(exampleWith(path, value)).exchanges.size).toBe(7);
  });

  test('what a draw gives may stop at a ceiling where it gives what fits', () => {
    expect(rulesOf(exampleWith([...EPIC, 'gives', 'drop_charges'], 1)).exchanges.size).toBe(7);
  });
});

describe('an exchange or table of the wrong shape is refused', () => {
  test.each<Case>([
    [['exchanges'], names(501, FREE), null, /at most 500 entries/],
    [['exchanges', 'Drop'], FREE, null, /an exchange name: 1 to 64 small letters/],
    [[...DROP, 'cost'], {}, null, /not a field/],
    [[...DROP, 'costs', 'drop_charges'], 0, null, /at least 1, not 0/],
    [[...DROP, 'costs', 'drop_charges'], '1 + 1', null, /a whole number, not "1 \+ 1"/],
    [[...DROP, 'gives', 'auric_coins'], -1, null, /at least 1, not -1/],
    [[...DROP, 'gives'], names(17, 1), null, /at most 16 entries/],
    [[...DROP, 'costs'], names(17, 1), null, /at most 16 entries/],
    [[...DROP, 'draws'], names(17, 1), null, /at most 16 entries/],
    [[...DROP, 'draws'], { summons: 0 }, 'exchanges.drop.draws.summons', /at least 1, not 0/],
    [[...DROP, 'draws'], { summons: 101 }, 'exchanges.drop.draws.summons', /at most 100, not 101/],
    [[...DROP, 'maxQuantity'], 0, null, /at least 1, not 0/],
    [[...DROP, 'maxQuantity'], 101, null, /at most 100, not 101/],
    [[...DROP, 'perDay'], 0, null, /at least 1, not 0/],
    [['drawTables'], names(201, COMMON), null, /at most 200 entries/],
    [['drawTables', 'Chest'], COMMON, null, /a draw table name: 1 to 64 small letters/],
    [[...TABLE, 'outcomes'], {}, null, /at least 1 entry/],
    [[...TABLE, 'outcomes'], names(101, OUTCOME), null, /at most 100 entries/],
    [[...TABLE, 'outcomes', 'a b'], OUTCOME, null, /an outcome name: 1 to 64 small letters/],
    [[...EPIC, 'weight'], 0, null, /at least 1, not 0/],
    [[...EPIC, 'weight'], 1_000_001, null, /at most 1000000, not 1000001/],
    [[...EPIC, 'weight'], 0.5, null, /a whole number, not 0.5/],
    [[...EPIC, 'gives'], {}, null, /at least 1 entry/],
    [[...EPIC, 'gives'], names(17, 1), null, /at most 16 entries/],
    [[...EPIC, 'gives', 'lumees'], 0, null, /at least 1, not 0/],
    [[...GUARANTEE, 'after'], 0, null, /at least 1, not 0/],
    [[...GUARANTEE, 'after'], 10_001, null, /at most 10000, not 10001/],
    [[...GUARANTEE, 'outcomes'], [], null, /at least 1 entry, not a list of 0/],
    [[...GUARANTEE, 'counter'], undefined, null, /but it is missing/],
  ])('%j = %j', refuses);
});

describe('an exchange that contradicts the rest, or could be drained, is refused', () => {
  test.each<Case>([
    [[...DROP, 'costs', 'gems'], 1, null, /the resource "gems", which resources does not list/],
    [[...DROP, 'gives', 'gems'], 1, null, /the resource "gems", which resources does not list/],
    [[...DROP, 'draws'], { chest: 1 }, 'exchanges.drop.draws.chest', /the table "chest", which drawTables/],
    [[...DROP, 'draws'], { constructor: 1 }, 'exchanges.drop.draws.constructor', /which drawTables does not/],
    [[...DROP, 'costs'], {}, 'exchanges.drop.perDay', /must be set, since the exchange costs nothing/],
    [[...DROP, 'gives', 'drop_charges'], 2, null, /must go: it is a cost of the same exchange/],
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
      /at most 900719925474099 where maxQuantity is 10/,
    ],
    [
      ['exchanges', 'buy_summon_token', 'gives', 'summon_tokens'],
      900_719_925_474_100,
      null,
      /at most 900719925474099 where maxQuantity is 10/,
    ],
    [['exchanges', 'daily_quest'], FREE, null, /the name of a claim type/],
    [['exchanges', 'transfer'], FREE, null, /keeps for itself/],
  ])('%j = %j', refuses);

  test('draws of all its tables together count', () => {
    const document = exampleWith(['drawTables', 'other'], COMMON) as { exchanges: Json };
    const draws = { summons: 6, other: 5 };
    const exchanges = { summon: { costs: { lumees: 1 }, draws, maxQuantity: 9 } };
    expect(rulesOf({ ...document, exchanges }).exchanges.get('summon')?.maxQuantity).toBe(9);
    Object.assign(exchanges.summon, { maxQuantity: 10 });
    expect(() => rulesOf({ ...document, exchanges })).toThrow(/at most 100 draws in one request, not 110/);
  });
});

describe('a table that could be drawn from for nothing, or miscount its guarantee, is refused', () => {
  const pity = (...fields: string[]): Path => ['resources', 'pity:summons', ...fields];
  test.each<Case>([
    [[...EPIC, 'gives', 'gems'], 1, null, /the resource "gems", which resources does not list/],
    [
      ['resources', 'hero:warlock', 'ceiling'],
      1,
      `${EPIC.join('.')}.gives.hero:warlock`,
      /drawn again for nothing/,
    ],
    [
      ['resources', 'hero:warlock', 'ceiling'],
      { stat: 'energy' },
      `${EPIC.join('.')}.gives.hero:warlock`,
      /resources.hero:warlock.atCeiling must be "clamp"/,
    ],
    [[...GUARANTEE, 'counter'], 'pity', null, /the resource "pity", which resources does not list/],
    [[...GUARANTEE, 'outcomes'], ['mythic'], 'drawTables.summons.guarantee.outcomes[0]', /does not have/],
    [
      [...GUARANTEE, 'outcomes'],
      ['constructor'],
      'drawTables.summons.guarantee.outcomes[0]',
      /does not have/,
    ],
    [
      [...GUARANTEE, 'outcomes'],
      ['epic_warlock', 'epic_warlock'],
      'drawTables.summons.guarantee.outcomes[1]',
      /a second time/,
    ],
    [
      [...TABLE, 'outcomes'],
      { legendary_dragon_queen: OUTCOME },
      `${GUARANTEE.join('.')}.outcomes`,
      /leave some/,
    ],
    [
      ['drawTables', 'other'],
      { ...COMMON, guarantee: { counter: 'pity:summons', after: 1, outcomes: ['only'] } },
      'drawTables.other.guarantee.counter',
      /which drawTables.summons.guarantee.counter already uses/,
    ],
    [[...GUARANTEE, 'counter'], 'experience', null, /which levels.resource already uses/],
    [[...GUARANTEE, 'counter'], 'lifetime_points', null, /which tiers.resource already uses/],
    [[...GUARANTEE, 'counter'], 'stat_points', null, /which statPoints.resource already uses/],
    [[...GUARANTEE, 'counter'], 'health', null, /which combat.health already uses/],
    [['claimTypes', 'daily_quest', 'rewards', 'pity:summons'], 1, null, /moved by the draws alone/],
    [['levels', 'grants', 'pity:summons'], 1, null, /moved by the draws alone/],
    [[...DROP, 'costs', 'pity:summons'], 1, null, /moved by the draws alone/],
    [[...DROP, 'gives', 'pity:summons'], 1, null, /moved by the draws alone/],
    [[...EPIC, 'gives', 'pity:summons'], 1, null, /moved by the draws alone/],
    [pity('manual'), true, null, /must be false: "pity:summons"/],
    [pity('ceiling'), 100, null, /must be null: .* would stop counting there/],
    [pity('floor'), -1, null, /must be 0: .* begins again there/],
    [pity('startsWith'), 1, null, /must be 0: "pity:summons"/],
    [pity('regenerates'), { everySeconds: 1, upTo: 1 }, null, /must go: "pity:summons"/],
    [pity('transfer'), {}, null, /must go: "pity:summons"/],
  ])('%j = %j', refuses);
});

/** The same document with the fields of each object in the opposite order. */
function backwards(value: Json): Json {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).reverse();
  return Object.fromEntries(fields.map(([name, field]) => [name, backwards(field)]));
}
