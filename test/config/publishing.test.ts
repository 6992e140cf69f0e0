import { describe, expect, test } from 'vitest';
import { compileBalanceConfig, compileForPublishing } from '../../src/config/compile.ts';
import type { Problem } from '../../src/config/problem.ts';
import { exampleWith, ID, type Path, problemsOf } from './example.ts';

const BOOL = { kind: 'bool' };
const int = (min: number, max: number) => ({ kind: 'int', min, max });
const bools = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`flag_${i + 1}`, BOOL]));

function publishingProblems(
  document: unknown,
  { reservedNames = [] }: { reservedNames?: string[] } = {},
): readonly Problem[] {
  return problemsOf(compileForPublishing(document, ID, { reservedNames }));
}

/** The messages for the example with one more claim type, whose only reward has this formula. */
function formulaMessages(facts: object, lumees: string): string[] {
  const document = exampleWith(['claimTypes', 'trial'], { proof: 'server', facts, rewards: { lumees } });
  expect(compileBalanceConfig(document, ID).kind).toBe('rules');
  return publishingProblems(document).map(({ message }) => message);
}

describe('a formula that fails for some facts is not published', () => {
  const path = ['claimTypes', 'ascension_victory', 'rewards', 'lumees'];
  test.each<[string, string, RegExp]>([
    ['fails at the minimum', '100 / (floor - 1)', /floor = 1: division by zero/],
    ['is negative at the maximum', '1000 - floor * 25', /returns -11500 for floor = 500; use max\(0, …\)/],
    ['fails in the middle of the range', '1000 / (floor - 250) + 1000', /floor = 250: division by zero/],
    ['exceeds the integers that JSON holds exactly', 'floor * 9007199254740991', /floor = 500|floor = 2/],
  ])('rejects a formula that %s', (_, formula, message) => {
    const document = exampleWith(path, formula);
    expect(compileBalanceConfig(document, ID).kind).toBe('rules');
    expect(publishingProblems(document)).toEqual([
      { path: path.join('.'), message: expect.stringMatching(message) },
    ]);
  });

  test('rejects a formula that fails for one string and one boolean only', () => {
    const formula = 'flawless && element == "shadow" ? -1 : 1';
    const document = exampleWith(['claimTypes', 'matron_victory', 'rewards', 'lumees'], formula);
    expect(publishingProblems(document)[0]?.message).toMatch(
      /in matron_victory returns -1 for element = "shadow", flawless = true/,
    );
  });
});

describe('what the trial of formulas covers', () => {
  test.each<[string, object, string, RegExp]>([
    ['each number of a short range', { x: int(-10, 10) }, '7 / (x - 7) + 10', /x = 7: division by zero/],
    [
      'the last number but one of a range',
      { x: int(1, 500) },
      '999 / (x - 499) + 999',
      /x = 499: division by zero/,
    ],
    ['a thousand steps along a long range', { x: int(0, 10_000) }, '1 / (x - 5000) + 1', /x = 5000: div/],
    ['zero, even between two steps', { x: int(-777_777, 999_999) }, '100 / x + 100', /x = 0: div/],
    ['the only number of a range', { x: int(3, 3) }, 'x - 4', /returns -1 for x = 3/],
    ['false', { won: BOOL }, 'won ? 1 : -1', /won = false/],
    ['true', { won: BOOL }, 'won ? -1 : 1', /won = true/],
    [
      'each number with all other facts at their first value',
      { a: BOOL, b: BOOL, x: int(1, 500) },
      'a || b || x != 250 ? 1 : -1',
      /a = false, b = false, x = 250/,
    ],
    [
      'each number with all other facts at their last value',
      { a: BOOL, b: BOOL, x: int(1, 500) },
      'a && b && x == 250 ? -1 : 1',
      /a = true, b = true, x = 250/,
    ],
    ['4096 combinations', bools(12), 'flag_1 && flag_12 ? -1 : 1', /flag_12 = true/],
  ])('the trial of formulas covers %s', (_, facts, formula, message) => {
    expect(formulaMessages(facts, formula)).toEqual([expect.stringMatching(message)]);
  });
});

describe('what the trial of formulas does not cover', () => {
  test.each<[string, object, string]>([
    ['zero below the minimum', { x: int(1, 500) }, '100 / x'],
    ['zero above the maximum', { x: int(-500, -1) }, '100 + 100 / x'],
    ['more than 4096 combinations', bools(13), 'flag_1 && flag_13 ? -1 : 1'],
  ])('the trial of formulas does not cover %s', (_, facts, formula) => {
    expect(formulaMessages(facts, formula)).toEqual([]);
  });
});

test('an invalid document is not published, for the same problems', () => {
  const document = exampleWith(['timeZone'], 'nowhere');
  const invalid = compileBalanceConfig(document, ID);
  expect(invalid.kind).toBe('invalid');
  expect(compileForPublishing(document, ID, { reservedNames: [] })).toEqual(invalid);
});

describe('what staff may give', () => {
  test.each<[Path, string, RegExp]>([
    [
      ['resources', 'lumees', 'value'],
      'lumees',
      /^must be set, or staffLimit, because "manual" is true: try 1/,
    ],
    [
      ['resources', 'slips_closed', 'value'],
      'slips_closed',
      /^must be set, or staffLimit, because staff may claim rating_slip for a player: try 1/,
    ],
    [['resources', 'stat_points', 'staffLimit'], 'stat_points', /because "manual" is true/],
  ])('needs a value or a limit of its own: %j', (path, resource, message) => {
    const document = exampleWith(path, undefined);
    expect(publishingProblems(document)).toEqual([
      { path: `resources.${resource}.value`, message: expect.stringMatching(message) },
    ]);
    // A config that is published already stays valid. The kernel refuses such a gift.
    expect(problemsOf(compileBalanceConfig(document, ID))).toEqual([]);
  });
});

describe('reserved names', () => {
  const LUMEES = { proof: 'server', rewards: { lumees: 1 } };
  const FREE = { gives: { lumees: 1 }, perDay: 1 };
  const reservedNames = ['season_pass', 'gift'];
  const message = expect.stringMatching(/is reserved by the ledger/);

  test.each([
    ['claim type', ['claimTypes', 'season_pass'], LUMEES],
    ['exchange', ['exchanges', 'gift'], FREE],
  ])('a %s with a reserved name is not published', (_, path, value) => {
    const document = exampleWith(path, value);
    expect(publishingProblems(document, { reservedNames })).toEqual([{ path: path.join('.'), message }]);
    expect(publishingProblems(document)).toEqual([]);
  });

  test('a reserved name is reported with the other problems of the document', () => {
    const document = exampleWith(['claimTypes', 'gift'], { ...LUMEES, period: 'day' });
    expect(publishingProblems(document, { reservedNames })).toEqual([
      { path: 'claimTypes.gift', message },
      { path: 'claimTypes.gift.period', message: expect.stringMatching(/remove it/) },
    ]);
  });

  test('a published document stays valid for isolates when a deploy reserves one of its names', () => {
    const document = exampleWith(['claimTypes', 'transfer'], LUMEES);
    expect(compileBalanceConfig(document, ID)).toMatchObject({ kind: 'rules' });
  });
});
