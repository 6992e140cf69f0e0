import { describe, expect, test } from 'vitest';
import { compileBalanceConfig } from '../../src/config/compile.ts';
import { exampleWith, expectProblem, ID, type Invalid, type Path, problemsOf } from './example.ts';

const LUMEES = { proof: 'server', rewards: { lumees: 1 } };
const NAMES_501 = Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`claim_${i}`, LUMEES]));
const NAMES_1001 = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`resource_${i}`, {}]));
const VALUES_65 = Array.from({ length: 65 }, (_, i) => `value_${i}`);
const STATS_17 = Object.fromEntries(
  Array.from({ length: 17 }, (_, i) => [`stat_${i}`, { resource: 'lumees' }]),
);
const LONG = `1${' + 1'.repeat(130)}`;
const STAFF_LIMIT_PER_DAY = 'resources.stat_points.staffLimit.perDay';
const PURCHASE = ['claimTypes', 'store_purchase', 'rewards', 'auric_coins'];
const PVE = ['claimTypes', 'pve_victory'];

describe('a document with the wrong shape is rejected with the path, the bound and the value found', () => {
  test.each<Invalid>([
    [['timeZone'], {}, null, /text in quotes, not an object$/],
    [['timeZone'], 'x'.repeat(58), null, /not "x{58}"$/],
    [['timeZone'], 'x'.repeat(59), null, /not "x{59}… \(59 characters\)$/],
    [['$scheme'], 'x', null, /not a field/],
    [['resources', 'lumees', 'celing'], 5, null, /not a field of the balance config; check the spelling/],
    [['resources', 'Lumees'], {}, null, /lowercase letters, digits and _/],
    [['resources', 'shards:fire:hot'], {}, null, /at most one ":kind"/],
    [['resources', 'a'.repeat(65)], {}, null, /the name must be at most 64 characters/],
    [[...PVE, 'rewards', 'Lumees'], 1, null, /the name must be a resource name: .*, not "Lumees"$/],
    [['resources', 'lumees', 'floor'], 1, null, /at most 0, not 1/],
    [['resources', 'lumees', 'floor'], -(2 ** 53), null, /at least -9007199254740991/],
    [['resources', 'lumees', 'ceiling'], 2 ** 53, null, /at most 9007199254740991, not 9007199254740992/],
    [['resources', 'lumees', 'ceiling'], -1, null, /at least 0, not -1/],
    [['resources', 'lumees', 'ceiling'], 1.5, null, /a whole number, not 1.5/],
    [['resources', 'lumees', 'ceiling'], '10', null, /a whole number, not "10"/],
    [['resources', 'lumees', 'atCeiling'], 'cut', null, /"convert", not "cut"|"cut"/],
    [['resources', 'lumees', 'manual'], 'yes', null, /true or false, not "yes"/],
    [['resources', 'lumees', 'value'], 0, null, /at least 1, not 0/],
    [['resources', 'lumees', 'value'], -5, null, /at least 1, not -5/],
    [['resources', 'lumees', 'value'], 1.5, null, /a whole number, not 1.5/],
    [['resources', 'lumees', 'value'], '100', null, /a whole number, not "100"/],
    [['resources', 'lumees', 'value'], 1_000_000_001, null, /at most 1000000000, not 1000000001/],
    [['resources', 'lumees', 'value'], 2 ** 53, null, /at most 1000000000/],
    [['resources', 'stat_points', 'staffLimit'], 5, null, /an object \{…\}, not 5/],
    [
      ['resources', 'stat_points', 'staffLimit'],
      {},
      STAFF_LIMIT_PER_DAY,
      /a whole number, but it is missing/,
    ],
    [['resources', 'stat_points', 'staffLimit'], { perDay: 0 }, STAFF_LIMIT_PER_DAY, /at least 1, not 0/],
    [['resources', 'stat_points', 'staffLimit', 'perReward'], -1, null, /at least 1, not -1/],
    [['resources', 'lumees', 'description'], 'x'.repeat(501), null, /at most 500 characters/],
    [['resources', 'lumees', 'description'], 'a\0b', null, /plain text/],
    [['resources'], NAMES_1001, null, /at most 1000 entries/],
    [['claimTypes'], NAMES_501, null, /at most 500 entries/],
    [['claimTypes', 'PvE'], LUMEES, null, /a claim type name: 1 to 64 lowercase letters/],
    [[...PVE, 'proof'], 'trust', null, /"ticket" or "calendar" or "server", not "trust"/],
    [
      [...PVE, 'facts', 'enemy_level', 'kind'],
      'float',
      null,
      /"int" or "bool" or "id" or "string", not "float"/,
    ],
    [[...PVE, 'facts', 'enemy_level', 'max'], undefined, null, /a whole number, but it is missing/],
    [[...PVE, 'facts', 'difficulty', 'values'], [], null, /at least 1 entry, not a list of 0/],
    [[...PVE, 'facts', 'difficulty', 'values'], VALUES_65, null, /at most 64 entries, not a list of 65/],
    [
      [...PVE, 'facts', 'difficulty', 'values'],
      ['a b'],
      `${PVE.join('.')}.facts.difficulty.values[0]`,
      /letters, digits/,
    ],
    [[...PVE, 'rewards'], {}, null, /at least 1 entry, or set draws$/],
    [[...PVE, 'draws'], { chest: 1 }, 'claimTypes.pve_victory.draws.chest', /"chest", which is not listed/],
    [[...PVE, 'draws'], { summons: 101 }, 'claimTypes.pve_victory.draws.summons', /at most 100, not 101/],
    [[...PVE, 'rewards', 'lumees'], -5, null, /at least 0, not -5/],
    [[...PVE, 'rewards', 'lumees'], 1.5, null, /a whole number, not 1.5/],
    [[...PVE, 'rewards', 'lumees'], true, null, /a formula in quotes, a whole number, or \{"amount"/],
    [[...PVE, 'rewards', 'lumees'], '', null, /must not be empty/],
    [[...PVE, 'rewards', 'lumees'], LONG, null, /at most 500 characters, not .*\(521 characters\)/],
    [
      [...PVE, 'rewards', 'lumees'],
      { amount: 1, cap: 0 },
      `${PVE.join('.')}.rewards.lumees.cap`,
      /at least 1, not 0/,
    ],
    [[...PURCHASE, 'scope'], 'world', null, /must be "player" or "game", not "world"/],
    [[...PURCHASE, 'scope'], true, null, /must be "player" or "game", not true/],
    [
      [...PVE, 'rewards', 'lumees'],
      { amount: 1, max: 9 },
      `${PVE.join('.')}.rewards.lumees.max`,
      /not a field/,
    ],
    [['levels', 'maxLevel'], 1001, null, /at most 1000, not 1001/],
    [['statPoints', 'stats', 'Mana'], { resource: 'lumees' }, null, /a stat name: 1 to 64 lowercase letters/],
    [['statPoints', 'stats', 'mana'], {}, 'statPoints.stats.mana.resource', /but it is missing/],
    [['statPoints', 'stats'], {}, null, /at least 1 entry/],
    [['statPoints', 'stats'], STATS_17, null, /at most 16 entries/],
    [['resources', 'energy', 'ceiling'], { stat: 'Mana' }, 'resources.energy.ceiling.stat', /a stat name/],
    [['statPoints', 'stats', 'energy', 'perPoint'], -1, null, /at least 0, not -1/],
    [['tiers', 'list', 1, 'name'], '', 'tiers.list[1].name', /1 to 32 letters/],
    [[...PVE, 'perDay'], 0, null, /at least 1, not 0/],
    [[...PVE, 'perDay'], null, null, /a whole number, not null/],
    [[...PVE, 'reversibleBy'], 'server', null, /must be a list/],
    [[...PVE, 'reversibleBy'], ['player'], `${PVE.join('.')}.reversibleBy[0]`, /"server", not "player"/],
    [[...PVE, 'reversibleBy'], ['server', 'server'], null, /at most 1 entry/],
    [['manualRewards', 'awardsPerDay'], 0, null, /at least 1, not 0/],
    [['manualRewards', 'budgetPerDay'], undefined, null, /a whole number, but it is missing/],
  ])('rejects %j = %j', expectProblem);
});

describe('a document whose parts contradict each other is rejected', () => {
  test.each<Invalid>([
    [[...PVE, 'rewards', 'lumeees'], 5, null, /the resource "lumeees", which is not listed in resources/],
    [['levels', 'resource'], 'xp', null, /the resource "xp"/],
    [['levels', 'paidResource'], 'paid', null, /the resource "paid"/],
    [['statPoints', 'resource'], 'points', null, /the resource "points"/],
    [['levels', 'grants', 'gems'], 1, null, /the resource "gems"/],
    [['tiers', 'resource'], 'gems', null, /the resource "gems"/],
    [
      ['resources', 'stat:energy', 'atCeiling'],
      'clamp',
      'resources.stat:energy.atCeiling',
      /must be "reject"/,
    ],
    [
      ['claimTypes', 'skill_session', 'rewards', 'skill:passing', 'onceFor'],
      ['source_id', 'source_id'],
      null,
      /must name each fact once/,
    ],
    [
      ['claimTypes', 'scouting'],
      {
        proof: 'server',
        facts: { source_type: { kind: 'id' }, source_id: { kind: 'id' } },
        rewards: { 'skill:passing': { amount: 1, onceFor: ['source_id', 'source_type'] } },
      },
      'claimTypes.scouting.rewards.skill:passing.onceFor',
      /must be \[source_type, source_id\], as in the other claim types that give skill:passing/,
    ],
    [
      ['claimTypes', 'skill_session', 'rewards', 'skill:passing', 'onceFor'],
      ['source_type', 'match'],
      null,
      /names the fact "match", which is not listed in facts/,
    ],
    [[...PURCHASE, 'onceFor'], undefined, `${PURCHASE.join('.')}.scope`, /remove it, or set onceFor/],
    [
      [...PVE, 'rewards', 'lumees'],
      { amount: 1, scope: 'player' },
      `${PVE.join('.')}.rewards.lumees.scope`,
      /set onceFor/,
    ],
    [
      ['claimTypes', 'web_purchase'],
      {
        proof: 'server',
        facts: { store: { kind: 'id' }, transaction: { kind: 'id' } },
        rewards: { auric_coins: { amount: 1, onceFor: ['store', 'transaction'] } },
      },
      'claimTypes.web_purchase.rewards.auric_coins.scope',
      /must be "game", as in the other claim types that give auric_coins once/,
    ],
    [
      ['resources', 'stat_points', 'value'],
      1,
      'resources.stat_points.staffLimit',
      /remove it, or value: a resource counts in value or has a limit of its own/,
    ],
    [['resources', 'stat_points', 'staffLimit', 'perReward'], 101, null, /at most perDay \(100\), not 101/],
    [['resources', 'pity:summons', 'value'], 1, null, /remove it: .* is changed only by draws/],
    [
      ['resources', 'pity:summons', 'staffLimit'],
      { perDay: 1 },
      null,
      /remove it: .* is changed only by draws/,
    ],
    [['resources', 'lumees', 'ceiling'], 0, null, /above the floor \(0\), because "manual" is true/],
    [['statPoints', 'stats', 'energy', 'resource'], 'stat:mana', null, /the resource "stat:mana"/],
    [['claimTypes', 'daily_quest', 'period'], undefined, null, /"day", "week", "month", "ever" or/],
    [[...PVE, 'period'], 'day', null, /remove it: only the proof "calendar" has a period/],
    [['claimTypes', 'daily_quest', 'facts'], { a: { kind: 'bool' } }, null, /must be empty/],
    [
      [...PVE, 'facts', 'enemy_level', 'min'],
      300,
      `${PVE.join('.')}.facts.enemy_level.max`,
      /at least min \(300\), not 200/,
    ],
    [[...PVE, 'facts', 'difficulty', 'values'], ['normal', 'normal'], null, /a value twice/],
    [[...PVE, 'facts', 'in'], { kind: 'int', min: 0, max: 1 }, null, /reserved word/],
    [
      ['tiers', 'list', 2, 'from'],
      1000,
      'tiers.list[2].from',
      /above 1000, where the previous tier starts, not 1000/,
    ],
    [['tiers', 'list', 2, 'name'], 'Silver', 'tiers.list[2].name', /the name of an earlier tier/],
    [['manualRewards', 'limitPerReward'], 50_001, null, /at most budgetPerDay \(50000\), not 50001/],
    [
      ['statPoints', 'stats', 'energy', 'resource'],
      'stat:health',
      'statPoints.stats.health.resource',
      /statPoints.stats.energy/,
    ],
    [['levels', 'paidResource'], 'experience', null, /levels.resource already uses/],
    [['statPoints', 'resource'], 'experience', null, /levels.resource already uses/],
    [['statPoints', 'stats', 'energy', 'resource'], 'stat_points', null, /statPoints.resource already uses/],
    [[...PVE, 'rewards', 'levels_paid'], 1, null, /remove it: "levels_paid"/],
    [[...PVE, 'rewards', 'stat:energy'], 1, null, /remove it: "stat:energy"/],
    [['resources', 'stat:energy', 'manual'], true, null, /must be false: "stat:energy"/],
    [['resources', 'levels_paid', 'ceiling'], 5, null, /must be null/],
    [['levels', 'grants', 'experience'], 1, null, /could grant the next level/],
    [['levels', 'grants', 'drop_charges'], 1, null, /set its ceiling to null/],
    [['levels', 'experienceForLevel'], '100', null, /level 2 starts at 100, level 3 at 100/],
    [
      ['levels', 'experienceForLevel'],
      'level == 4 ? 50 : level * 100',
      null,
      /level 3 starts at 300, level 4 at 50/,
    ],
    [['levels', 'experienceForLevel'], '(level - 2) * 100', null, /level 1 starts at 0, level 2 at 0/],
    [['levels', 'experienceForLevel'], '100 * lvl', null, /Unknown variable: lvl.*level/],
    [
      ['levels', 'experienceForLevel'],
      '9007199254740991 * level',
      null,
      /in levels returns .* for level = 2, more than/,
    ],
    [['levels', 'grants', 'stat_points'], '10 / (level - 5)', null, /in levels returns -3 for level = 2/],
    [[...PVE, 'rewards', 'lumees'], '5 * floor', null, /Unknown variable: floor.*difficulty, enemy_level/],
    [
      [...PVE, 'rewards', 'lumees'],
      { amount: 'difficulty' },
      `${PVE.join('.')}.rewards.lumees.amount`,
      /returns string/,
    ],
  ])('rejects %j = %j', expectProblem);
});

test.each<[Path, unknown]>([
  [[...PVE, 'facts', 'enemy_level', 'min'], 200],
  [['manualRewards', 'limitPerReward'], 50_000],
  [['resources', 'lumees', 'value'], 1_000_000_000],
  [['resources', 'stat_points', 'staffLimit', 'perReward'], 100],
  [['resources', 'stat_points', 'staffLimit'], { perDay: 1 }],
  [['resources', 'hero:militia', 'value'], 7],
])('accepts %j = %j, the limit', (path, value) => {
  expect(problemsOf(compileBalanceConfig(exampleWith(path, value), ID))).toEqual([]);
});

test('a number that breaks two bounds is reported once', () => {
  const document = exampleWith(['resources', 'lumees', 'ceiling'], 2 ** 53);
  expect(problemsOf(compileBalanceConfig(document, ID))).toHaveLength(1);
});

test.each([null, undefined, 5, 'x', []])('%j is rejected as a document', (document) => {
  expect(problemsOf(compileBalanceConfig(document, ID))).toEqual([
    { path: '', message: expect.stringMatching(/must be an object/) },
  ]);
});

test('a document that is too large or too deeply nested is rejected before its fields are read', () => {
  const large = exampleWith(['resources', 'lumees', 'description'], 'x'.repeat(256 * 1024));
  expect(problemsOf(compileBalanceConfig(large, ID))[0]?.message).toMatch(
    /at most 262144 bytes .*, not 2\d{5}/,
  );
  const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`);
  expect(problemsOf(compileBalanceConfig(deep, ID))[0]?.message).toMatch(/at most 16 levels deep/);
});

test('a __proto__ key is reported, not dropped', () => {
  const rewards = JSON.parse('{"lumees": 1, "__proto__": 5}');
  const document = exampleWith([...PVE, 'rewards'], rewards);
  expect(problemsOf(compileBalanceConfig(document, ID))).toEqual([
    { path: 'claimTypes.pve_victory.rewards.__proto__', message: expect.any(String) },
  ]);
});

test('all problems are reported at once', () => {
  const document = exampleWith(['levels', 'maxLevel'], 0) as Record<string, unknown>;
  document.timeZone = 'nowhere';
  expect(problemsOf(compileBalanceConfig(document, ID)).map(({ path }) => path)).toEqual([
    'timeZone',
    'levels.maxLevel',
  ]);
});
