import { describe, expect, test } from 'vitest';
import { compileForPublishing } from '../../src/config/compile.ts';
import { lockedReasons, unmetConditions } from '../../src/domain/conditions.ts';
import type { Facts } from '../../src/domain/rules.ts';
import { exampleWithAll, ID, type Path, problemsOf, rulesOf } from './example.ts';

const ATTRIBUTES: [Path, unknown] = [['attributes'], { segment: { values: ['new', 'vip'] } }];
const QUEST = ['claimTypes', 'pve_victory'] as const;
const DROP = ['exchanges', 'drop'] as const;

const requiring = (when: string, of: Path = DROP) =>
  exampleWithAll(ATTRIBUTES, [[...of, 'requires'], [{ when, text: 'locked.x' }]]);
const publish = (...values: readonly [Path, unknown][]) =>
  problemsOf(compileForPublishing(exampleWithAll(ATTRIBUTES, ...values), ID, { reservedNames: [] }));

const INPUTS: Facts = {
  level: 12,
  tier: 'Gold',
  segment: 'vip',
  quantity: 1,
  "balance('auric_coins')": 40,
  "holds('auric_coins', 'order-7')": false,
};

describe('a condition', () => {
  test.each<[string, boolean]>([
    ['level >= 10', true],
    ['level >= 10 && tierAtLeast("Platinum")', false],
    ['tierAtLeast("Silver")', true],
    ['segment == "vip"', true],
    ['segment in ["new"]', false],
    ['balance("auric_coins") >= 40 || level > 50', true],
    ['holds("auric_coins", "order-7")', false],
  ])('%s is %s', (when, expected) => {
    const { conditions } = rulesOf(requiring(when)).exchanges.get('drop') ?? { conditions: [] };
    expect(unmetConditions(conditions, INPUTS)).toEqual(expected ? [] : ['locked.x']);
  });

  test('names its text where it is not met, and all that are not met in their order', () => {
    const requires = [
      { when: 'level > 50', text: 'locked.level' },
      { when: 'level > 1', text: 'locked.beginner' },
      { when: 'tierAtLeast("Platinum")', text: 'locked.tier' },
    ];
    const rules = rulesOf(exampleWithAll([[...DROP, 'requires'], requires]));
    const compiled = rules.exchanges.get('drop')?.conditions ?? [];
    expect(unmetConditions(compiled, INPUTS)).toEqual(['locked.level', 'locked.tier']);
  });

  test('that depends on facts is not a reason that a screen can show', () => {
    const requires = [
      { when: 'enemy_level < level', text: 'locked.enemy' },
      { when: 'level > 50', text: 'locked.level' },
    ];
    const rules = rulesOf(exampleWithAll([[...QUEST, 'requires'], requires]));
    const compiled = rules.claimTypes.get('pve_victory')?.conditions ?? [];
    expect(compiled.map(({ usesFacts }) => usesFacts)).toEqual([true, false]);
    expect(lockedReasons(compiled, { level: 12 })).toEqual(['locked.level']);
  });
});

describe('a condition is refused that', () => {
  test.each<[string, RegExp]>([
    ['level + 1', /must return true or false \(bool\), but returns int/],
    [
      'balance("auric_coin") > 1',
      /"auric_coin", which is not listed in resources \(did you mean "auric_coins"\?\)/,
    ],
    ['tierAtLeast("Goldd")', /"Goldd", which is not listed in tiers \(did you mean "Gold"\?\)/],
    [
      'segment == "vop"',
      /compares segment with "vop", which is not listed in attributes\.segment\.values \(did you mean "vip"\?\)/,
    ],
    ['segment > "new"', /must not compare segment by >; use == or in/],
    ['country == "de"', /Unknown variable: country.*Of the player: level, tier, .*segment/],
    ['floor > 3', /Unknown variable: floor/],
    ['level / 0 > 1', /fails for quantity = 1, level = 1: division by zero/],
  ])('%s', (when, message) => {
    expect(publish([[...DROP, 'requires'], [{ when, text: 'locked.x' }]])).toEqual([
      { path: 'exchanges.drop.requires[0].when', message: expect.stringMatching(message) },
    ]);
  });

  test.each<[unknown, string, RegExp]>([
    [[{ when: 'true' }], 'requires[0].text', /missing/],
    [[{ when: 'true', text: 'Locked!' }], 'requires[0].text', /must be a text key/],
    [[{ text: 'locked.x' }], 'requires[0].when', /missing/],
    [Array(9).fill({ when: 'true', text: 'locked.x' }), 'requires', /at most 8 entries/],
  ])('has the wrong shape: %j', (requires, path, message) => {
    expect(publish([[...QUEST, 'requires'], requires])).toContainEqual({
      path: `claimTypes.pve_victory.${path}`,
      message: expect.stringMatching(message),
    });
  });
});

describe('attributes', () => {
  test.each<[unknown, string, RegExp]>([
    [{ level: { values: ['a'] } }, 'attributes.level', /has another meaning in formulas/],
    [{ quantity: { values: ['a'] } }, 'attributes.quantity', /has another meaning in formulas/],
    [{ in: { values: ['a'] } }, 'attributes.in', /reserved word/],
    [{ segment: { values: ['a', 'a'] } }, 'attributes.segment.values', /must not list a value twice/],
    [{ segment: { values: [] } }, 'attributes.segment.values', /at least 1/],
    [
      { enemy_level: { values: ['a'] } },
      'claimTypes.pve_victory.facts.enemy_level',
      /is an attribute of the player/,
    ],
  ])('%j are refused', (attributes, path, message) => {
    expect(publish([['attributes'], attributes])).toContainEqual({
      path,
      message: expect.stringMatching(message),
    });
  });
});

describe('amounts of an exchange may be formulas', () => {
  test.each<[string, unknown, string, RegExp]>([
    [
      'costs',
      { drop_charges: 'balance("x")' },
      'costs.drop_charges',
      /"x", which is not listed in resources/,
    ],
    ['costs', { drop_charges: 'quantity - 2' }, 'costs.drop_charges', /returns -1 for quantity = 1/],
    ['gives', { auric_coins: '10 / (level - 1)' }, 'gives.auric_coins', /fails for .*level = 1/],
    ['gives', { auric_coins: 'tier == "Gold"' }, 'gives.auric_coins', /must return a whole number/],
    [
      'gives',
      { auric_coins: 'balance("auric_coins") * 9000000000000' },
      'gives.auric_coins',
      /more than 9007199254740991/,
    ],
  ])('%s %j is refused', (field, amounts, path, message) => {
    expect(publish([[...DROP, field], amounts])).toEqual([
      { path: `exchanges.drop.${path}`, message: expect.stringMatching(message) },
    ]);
  });

  test('a formula may rely on the conditions: it is tried where they are met', () => {
    const relies: [Path, unknown][] = [
      [[...DROP, 'requires'], [{ when: 'level > 1', text: 'locked.level' }]],
      [[...DROP, 'gives'], { auric_coins: '100 / (level - 1) + 1' }],
    ];
    expect(publish(...relies)).toEqual([]);
  });

  test('and so may the cap of a reward', () => {
    const capped = (cap: unknown) => publish([[...QUEST, 'rewards', 'lumees'], { amount: 500, cap }]);
    expect(capped('100 * level')).toEqual([]);
    expect(capped('100 / (level - 1)')).toEqual([
      {
        path: 'claimTypes.pve_victory.rewards.lumees.cap',
        message: expect.stringMatching(/fails for .*level = 1/),
      },
    ]);
    expect(capped('lvl')).toEqual([
      {
        path: 'claimTypes.pve_victory.rewards.lumees.cap',
        message: expect.stringMatching(/Unknown variable: lvl/),
      },
    ]);
  });
});
