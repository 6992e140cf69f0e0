import { describe, expect, test } from 'vitest';
import { compileForPublishing } from '../../src/config/compile.ts';
import { formulaCompiler } from '../../src/config/formulas.ts';
import type { Facts } from '../../src/domain/rules.ts';
import { exampleWith, ID, problemsOf } from './example.ts';

const PLAYER = {
  levels: true,
  tiers: ['Bronze', 'Silver', 'Gold'],
  resources: new Set(['gold', 'hero:militia', 'skill:passing']),
  attributes: new Map([['segment', ['new', 'vip']]]),
};
const FACTS = new Map([['floor', 'int' as const]]);
const PLACE = { claimType: 'quest', resource: 'gold' };

function compile(source: string, player: typeof PLAYER | null = PLAYER) {
  return formulaCompiler({ facts: FACTS, player }).compile(source, PLACE);
}

function formulaOf(source: string) {
  const compiled = compile(source);
  if (compiled.kind === 'invalid') throw new Error(compiled.message);
  return compiled.formula;
}

const INPUTS: Facts = {
  floor: 3,
  level: 7,
  tier: 'Silver',
  "balance('gold')": 40,
  "balance('hero:militia')": 5,
  "holds('skill:passing', 'm-1')": true,
};

describe('a formula reads of the player', () => {
  test.each<[string, number, string[]]>([
    ['100 + 10 * balance("hero:militia")', 150, ["balance('hero:militia')"]],
    ['balance(\'gold\') + balance("gold") / 2', 60, ["balance('gold')"]],
    ['level * floor', 21, ['level']],
    ['tier == "Silver" ? 2 : 1', 2, ['tier']],
    ['tier in ["Gold", "Bronze"] ? 2 : 1', 1, ['tier']],
    ['tierAtLeast("Bronze") ? 2 : 1', 2, ['tier']],
    ['tierAtLeast("Silver") && !tierAtLeast("Gold") ? 2 : 1', 2, ['tier']],
    ['holds("skill:passing", "m-1") ? 2 : 1', 2, ["holds('skill:passing', 'm-1')"]],
    ['min(balance("gold"), level) + (floor > 2 ? 1 : 0)', 8, ["balance('gold')", 'level']],
    ['"balance(\'gold\')" == "x" ? 2 : floor', 3, []],
  ])('%s is %d', (source, expected, reads) => {
    const formula = formulaOf(source);
    expect(formula(INPUTS)).toBe(expected);
    expect((formula.reads ?? []).map(({ name }) => name)).toEqual(reads);
  });

  test('nothing of the player: it has no reads', () => {
    expect(formulaOf('floor * 2').reads).toBeUndefined();
  });

  test('below the first tier the tier is an empty text, which is below every tier', () => {
    const inputs = { ...INPUTS, tier: '' };
    expect(formulaOf('tierAtLeast("Bronze") ? 2 : 1')(inputs)).toBe(1);
    expect(formulaOf('tier == "" ? 2 : 1')(inputs)).toBe(2);
  });

  test('a debt is a negative balance', () => {
    expect(() => formulaOf('balance("gold")')({ ...INPUTS, "balance('gold')": -5 })).toThrow(/returns -5/);
  });
});

describe('a formula is refused that', () => {
  test.each<[string, RegExp]>([
    [
      'balance("gild")',
      /reads the resource "gild", which is not listed in resources \(did you mean "gold"\?\)/,
    ],
    ['holds("skill:pasing", "m-1") ? 1 : 0', /"skill:pasing".*did you mean "skill:passing"/],
    ['holds("gold", "two words") ? 1 : 0', /names the source "two words", but a source is/],
    [
      'tierAtLeast("Glod") ? 1 : 0',
      /names the tier "Glod", which is not listed in tiers \(did you mean "Gold"\?\)/,
    ],
    ['tier == "gold" ? 1 : 0', /names the tier "gold".*did you mean "Gold"/],
    ['tier in ["Gold", "Iron"] ? 1 : 0', /names the tier "Iron"/],
    ['tier >= "Gold" ? 1 : 0', /must not compare tier by >=; use tierAtLeast\("Bronze"\)/],
    [
      'balance("gold" + "s")',
      /must name what balance\(\) reads as text in quotes, such as balance\("gold"\)/,
    ],
    ['balance(floor)', /must name what balance\(\) reads as text in quotes/],
    ['holds("gold") ? 1 : 0', /must name what holds\(\) reads as text in quotes/],
    ['balance("gold", "gems")', /no matching overload/],
    ['_amounts["x"]', /must use only|must not use the name _amounts/],
    ['_rank', /must not use the name _rank/],
    ['levle * 2', /Unknown variable: levle\. Declared facts: floor\. Of the player: level, tier/],
    [
      'size("x")',
      /must not call size\(\); the only functions are min\(\), max\(\), balance\(\), holds\(\) and tierAtLeast\(\)/,
    ],
  ])('%s', (source, message) => {
    expect(compile(source)).toEqual({ kind: 'invalid', message: expect.stringMatching(message) });
  });

  test.each<[string, Partial<Record<keyof typeof PLAYER, unknown>>, RegExp]>([
    ['level', { levels: false }, /must not read level: the config has no levels/],
    ['tier == "Gold" ? 1 : 0', { tiers: null }, /must not read tier: the config has no tiers/],
    ['tierAtLeast("Gold") ? 1 : 0', { tiers: null }, /must not read tier: the config has no tiers/],
  ])('reads what the config does not have: %s', (source, over, message) => {
    const player = { ...PLAYER, ...over } as typeof PLAYER;
    expect(compile(source, player)).toEqual({ kind: 'invalid', message: expect.stringMatching(message) });
  });

  test('reads a player where there is none, such as the level curve', () => {
    expect(compile('balance("gold")', null)).toMatchObject({ kind: 'invalid' });
  });
});

test.each(['level', 'tier'])('%s is refused as the name of a fact', (name) => {
  const { nameProblem } = formulaCompiler({ facts: new Map([[name, 'int']]), player: PLAYER });
  expect(nameProblem(name)).toMatch(/is the player's (level|tier) in formulas/);
});

describe('publishing tries a formula', () => {
  const amount = (source: string) => exampleWith(['claimTypes', 'daily_quest', 'rewards', 'lumees'], source);
  const problems = (source: string) =>
    problemsOf(compileForPublishing(amount(source), ID, { reservedNames: [] }));

  test.each<[string, RegExp]>([
    ['100 / balance("lumees")', /fails for balance\('lumees'\) = 0/],
    ['100 / (level - 1)', /fails for level = 1/],
    ['10 - level', /returns -/],
    ['tierAtLeast("Gold") ? 1 : 1 / 0', /fails for tier = ""/],
    ['holds("lumees", "m-1") ? 1 / 0 : 1', /fails for holds\('lumees', 'm-1'\) = true/],
    ['balance("lumees") * balance("lumees") * balance("lumees")', /more than 9007199254740991/],
  ])('%s: at the extremes of what it reads', (source, message) => {
    expect(problems(source)).toEqual([
      { path: 'claimTypes.daily_quest.rewards.lumees', message: expect.stringMatching(message) },
    ]);
  });

  test('and accepts one that holds there', () => {
    expect(problems('max(0, 100 + level * 10 - min(balance("lumees"), 50))')).toEqual([]);
  });
});
