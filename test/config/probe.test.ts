import { describe, expect, test } from 'vitest';
import { compileBalanceConfig } from '../../src/config/compile.ts';
import { compileForPublishing } from '../../src/config/probe.ts';
import { exampleWith } from './example.ts';
import { problemsOf } from './refuses.ts';

const ID = { version: 1, sha256: '' };
const BOOL = { kind: 'bool' };
const int = (min: number, max: number) => ({ kind: 'int', min, max });
const bools = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`flag_${i + 1}`, BOOL]));

/** What stands against publishing one claim type more, whose only reward is by this formula. */
function faultsOf(facts: object, lumees: string): string[] {
  const document = exampleWith(['claimTypes', 'trial'], { proof: 'server', facts, rewards: { lumees } });
  expect(compileBalanceConfig(document, ID).kind).toBe('rules');
  return problemsOf(compileForPublishing(document, ID)).map(({ message }) => message);
}

describe('a formula that fails somewhere in its facts is not published', () => {
  const tower = ['claimTypes', 'ascension_victory', 'rewards', 'lumees'];
  test.each<[string, string, RegExp]>([
    ['at the least', '100 / (floor - 1)', /floor = 1: division by zero/],
    ['at the most', '1000 - floor * 25', /gives -11500 for floor = 500; max\(0, …\)/],
    ['halfway', '1000 / (floor - 250) + 1000', /floor = 250: division by zero/],
    ['beyond what JSON holds', 'floor * 9007199254740991', /floor = 500|floor = 2/],
  ])('%s', (_, formula, says) => {
    const document = exampleWith(tower, formula);
    expect(compileBalanceConfig(document, ID).kind).toBe('rules');
    expect(problemsOf(compileForPublishing(document, ID))).toEqual([
      { path: tower.join('.'), message: expect.stringMatching(says) },
    ]);
  });

  test('for one text or boolean among others', () => {
    const path = ['claimTypes', 'matron_victory', 'rewards', 'lumees'];
    const document = exampleWith(path, 'flawless && element == "shadow" ? -1 : 1');
    expect(problemsOf(compileForPublishing(document, ID))[0]?.message).toMatch(
      /in matron_victory gives -1 for element = "shadow", flawless = true/,
    );
  });
});

describe('a trial reaches what claims may say', () => {
  test.each<[string, object, string, RegExp]>([
    ['each number of a short range', { x: int(-10, 10) }, '7 / (x - 7) + 10', /x = 7: division by zero/],
    ['the last but one', { x: int(1, 500) }, '999 / (x - 499) + 999', /x = 499: division by zero/],
    ['a thousand steps along a long range', { x: int(0, 10_000) }, '1 / (x - 5000) + 1', /x = 5000: div/],
    ['zero, though no step meets it', { x: int(-777_777, 999_999) }, '100 / x + 100', /x = 0: div/],
    ['the only number of its range', { x: int(3, 3) }, 'x - 4', /gives -1 for x = 3/],
    ['false', { won: BOOL }, 'won ? 1 : -1', /won = false/],
    ['true', { won: BOOL }, 'won ? -1 : 1', /won = true/],
    [
      'each number while all else is at its first',
      { a: BOOL, b: BOOL, x: int(1, 500) },
      'a || b || x != 250 ? 1 : -1',
      /a = false, b = false, x = 250/,
    ],
    [
      'each number while all else is at its last',
      { a: BOOL, b: BOOL, x: int(1, 500) },
      'a && b && x == 250 ? -1 : 1',
      /a = true, b = true, x = 250/,
    ],
    ['4096 combinations', bools(12), 'flag_1 && flag_12 ? -1 : 1', /flag_12 = true/],
  ])('%s', (_, facts, formula, says) => {
    expect(faultsOf(facts, formula)).toEqual([expect.stringMatching(says)]);
  });
});

describe('a trial does not reach', () => {
  test.each<[string, object, string]>([
    ['zero below the least', { x: int(1, 500) }, '100 / x'],
    ['zero above the most', { x: int(-500, -1) }, '100 + 100 / x'],
    ['more combinations than it has time for', bools(13), 'flag_1 && flag_13 ? -1 : 1'],
  ])('%s', (_, facts, formula) => {
    expect(faultsOf(facts, formula)).toEqual([]);
  });
});

test('what is invalid is not published either, for the same reasons', () => {
  const document = exampleWith(['timeZone'], 'nowhere');
  const invalid = compileBalanceConfig(document, ID);
  expect(invalid.kind).toBe('invalid');
  expect(compileForPublishing(document, ID)).toEqual(invalid);
});
