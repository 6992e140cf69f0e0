import { describe, expect, test } from 'vitest';
import { type FormulaScope, formulaCompiler } from '../../src/config/formulas.ts';
import { type Facts, FormulaError } from '../../src/domain/rules.ts';

const KINDS = new Map<string, 'int' | 'bool' | 'string'>([
  ['floor', 'int'],
  ['flawless', 'bool'],
  ['element', 'string'],
]);
const FACTS: Facts = { floor: 7, flawless: true, element: 'fire' };
const PLACE = { claimType: 'ascension_victory', resource: 'lumees' };

const compilerOf = (facts: FormulaScope['facts']) => formulaCompiler({ facts, player: null });

function compile(source: string | number) {
  return compilerOf(KINDS).compile(source, PLACE);
}

function evaluate(source: string | number, facts: Facts = FACTS): number {
  const compiled = compile(source);
  if (compiled.kind === 'invalid') throw new Error(compiled.message);
  return compiled.formula(facts);
}

describe('a formula returns a whole number', () => {
  test.each<[string | number, number]>([
    [120, 120],
    ['120', 120],
    ['100 + floor * 25', 275],
    ['floor * 3 / 2', 10],
    ['floor % 5', 2],
    ['flawless && floor > 5 ? 2 : 1', 2],
    ['!flawless || floor < 5 ? 2 : 1', 1],
    ['element == "fire" ? 5 : 0', 5],
    ['element in ["water", "shadow"] ? 5 : 1', 1],
    ['min(floor, 3) + max(floor, 30)', 33],
    ['min(3, floor) + max(30, floor)', 33],
    ['flawless == true ? 2 : 1', 2],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-floor + 10', 3],
  ])('%s returns %i', (source, expected) => expect(evaluate(source)).toBe(expected));
});

describe('a formula outside the language does not compile', () => {
  test.each([
    ['100 + flor * 25', /Unknown variable: flor.*floor, flawless, element/],
    ['100 +', /is not a formula/],
    ['floor * 1.5', /multiply before you divide/],
    ['flawless', /must return a whole number \(int\), but returns bool/],
    ['element', /but returns string/],
    ['floor + element', /no such overload/],
    ['size(element)', /must not call size\(\)/],
    ['-size(element)', /must not call size\(\)/],
    ['!element.matches("(a+)+") ? 1 : 2', /must use only arithmetic/],
    ['min(floor, size(element))', /must not call size\(\)/],
    ['floor in [1, size(element)] ? 1 : 2', /must not call size\(\)/],
    ['int(timestamp("2026-01-01T00:00:00Z"))', /must not call/],
    ['element.matches("(a+)+") ? 1 : 2', /must use only arithmetic/],
    ['[1, 2].map(x, x * 2)[0]', /must use only arithmetic/],
    ['{"a": 1}["a"]', /is not a formula/],
    ['null', /must use only whole numbers/],
    ['1u', /must use only whole numbers/],
    [`${'('.repeat(40)}1${')'.repeat(40)}`, /is not a formula: Exceeded maxDepth/],
    [Array(200).fill('1').join('+'), /is not a formula: Exceeded/],
  ])('rejects %s', (source, message) => {
    expect(compile(source)).toEqual({ kind: 'invalid', message: expect.stringMatching(message) });
  });
});

describe('a formula without a valid amount throws an error with claim type, resource and facts', () => {
  test.each<[string, string, RegExp]>([
    ['division by zero', '100 / (floor - 7)', /fails for floor = 7, .*division by zero/],
    ['modulo by zero', '100 % (floor - 7)', /modulo by zero/],
    ['a negative amount', 'floor - 8', /returns -1 for floor = 7.*; use max\(0, …\)/],
    [
      'an amount beyond the integers that JSON holds exactly',
      '9007199254740991 + floor',
      /returns 9007199254740998 .*more than 9007199254740991/,
    ],
    ['a 64-bit overflow', '9223372036854775807 * floor', /overflow/],
  ])('throws for %s', (_, source, message) => {
    const error = thrownBy(() => evaluate(source));
    expect(error).toBeInstanceOf(FormulaError);
    expect((error as Error).message).toMatch(/^The formula for lumees in ascension_victory /);
    expect((error as Error).message).toMatch(message);
  });

  test.each<[string, Record<string, unknown>]>([
    ['missing', { flawless: true, element: 'fire' }],
    ['a string instead of a number', { ...FACTS, floor: '7' }],
    ['a boolean instead of a number', { ...FACTS, floor: true }],
    ['not a whole number', { ...FACTS, floor: 7.5 }],
    ['inherited', Object.create({ ...FACTS })],
  ])('throws for a fact that is %s', (_, facts) => {
    expect(() => evaluate('floor * 2', facts as Facts)).toThrow(
      new FormulaError('The formula for lumees in ascension_victory needs the fact "floor" (int)'),
    );
  });

  test.each<[string, unknown, string]>([
    ['flawless', 1, 'bool'],
    ['flawless', 'true', 'bool'],
    ['element', 1, 'string'],
    ['element', true, 'string'],
  ])('throws for the fact %s as %j', (name, value, kind) => {
    const facts = { ...FACTS, [name]: value } as Facts;
    const needed = `needs the fact "${name}" (${kind})`;
    expect(() => evaluate('floor * 2', facts)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(needed) }),
    );
  });
});

test('messages say so when there are no facts', () => {
  const { compile } = compilerOf(new Map());
  expect(compile('floor', PLACE)).toEqual({
    kind: 'invalid',
    message: expect.stringMatching(/Unknown variable: floor\. Declared facts: none$/),
  });
  const negative = compile('1 - 2', PLACE);
  expect(negative.kind === 'formula' && thrownBy(() => negative.formula({}))).toMatchObject({
    message: expect.stringMatching(/returns -1 for no facts;/),
  });
});

test.each([
  'in',
  'true',
  'false',
  'null',
  'int',
  'if',
  'string',
])('the reserved word %s is rejected as the name of a fact', (name) => {
  expect(compilerOf(new Map([[name, 'int']])).nameProblem(name)).toMatch(/reserved word/);
});

test('formulas of one claim type cannot use facts of another', () => {
  compilerOf(new Map([['depth', 'int']]));
  expect(compile('depth')).toMatchObject({ kind: 'invalid' });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
