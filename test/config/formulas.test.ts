import { describe, expect, test } from 'vitest';
import { formulaCompiler } from '../../src/config/formulas.ts';
import { type Facts, FormulaError } from '../../src/domain/rules.ts';

const KINDS = new Map<string, 'int' | 'bool' | 'string'>([
  ['floor', 'int'],
  ['flawless', 'bool'],
  ['element', 'string'],
]);
const FACTS: Facts = { floor: 7, flawless: true, element: 'fire' };
const PLACE = { claimType: 'ascension_victory', resource: 'lumees' };

function compile(source: string | number) {
  return formulaCompiler(KINDS).compile(source, PLACE);
}

function evaluate(source: string | number, facts: Facts = FACTS): number {
  const compiled = compile(source);
  if (compiled.kind === 'fault') throw new Error(compiled.message);
  return compiled.formula(facts);
}

describe('a formula gives the whole number that it says', () => {
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
  ])('%s', (source, expected) => expect(evaluate(source)).toBe(expected));
});

describe('a formula outside the language is refused when it is written, with the reason', () => {
  test.each([
    ['100 + flor * 25', /Unknown variable: flor.*floor, flawless, element/],
    ['100 +', /is not a formula/],
    ['floor * 1.5', /multiply before you divide/],
    ['flawless', /must give a whole number \(int\), but gives bool/],
    ['element', /but gives string/],
    ['floor + element', /no such overload/],
    ['size(element)', /size\(\) is not allowed/],
    ['-size(element)', /size\(\) is not allowed/],
    ['!element.matches("(a+)+") ? 1 : 2', /only arithmetic/],
    ['min(floor, size(element))', /size\(\) is not allowed/],
    ['floor in [1, size(element)] ? 1 : 2', /size\(\) is not allowed/],
    ['int(timestamp("2026-01-01T00:00:00Z"))', /not allowed/],
    ['element.matches("(a+)+") ? 1 : 2', /only arithmetic/],
    ['[1, 2].map(x, x * 2)[0]', /only arithmetic/],
    ['{"a": 1}["a"]', /is not a formula/],
    ['null', /only whole numbers/],
    ['1u', /only whole numbers/],
    [`${'('.repeat(40)}1${')'.repeat(40)}`, /is not a formula: Exceeded maxDepth/],
    [Array(200).fill('1').join('+'), /is not a formula: Exceeded/],
  ])('%s', (source, message) => {
    expect(compile(source)).toEqual({ kind: 'fault', message: expect.stringMatching(message) });
  });
});

describe('a formula that cannot give an amount throws, naming claim type, resource and facts', () => {
  test.each<[string, string, RegExp]>([
    ['division by zero', '100 / (floor - 7)', /fails for floor = 7, .*division by zero/],
    ['modulo by zero', '100 % (floor - 7)', /modulo by zero/],
    ['a negative amount', 'floor - 8', /gives -1 for floor = 7/],
    [
      'more than JSON holds exactly',
      '9007199254740991 + floor',
      /gives 9007199254740998 .*more than 9007199254740991/,
    ],
    ['an overflow of 64 bits', '9223372036854775807 * floor', /overflow/],
  ])('%s', (_, source, message) => {
    const error = thrownBy(() => evaluate(source));
    expect(error).toBeInstanceOf(FormulaError);
    expect((error as Error).message).toMatch(/^The formula of lumees in ascension_victory /);
    expect((error as Error).message).toMatch(message);
  });

  test.each<[string, Record<string, unknown>]>([
    ['missing', { flawless: true, element: 'fire' }],
    ['a text for a number', { ...FACTS, floor: '7' }],
    ['a boolean for a number', { ...FACTS, floor: true }],
    ['no whole number', { ...FACTS, floor: 7.5 }],
    ['inherited', Object.create({ ...FACTS })],
  ])('a fact that is %s', (_, facts) => {
    expect(() => evaluate('floor * 2', facts as Facts)).toThrow(
      new FormulaError('The formula of lumees in ascension_victory needs the fact "floor" (int)'),
    );
  });

  test.each<[string, unknown, string]>([
    ['flawless', 1, 'bool'],
    ['flawless', 'true', 'bool'],
    ['element', 1, 'string'],
    ['element', true, 'string'],
  ])('the fact %s as %j', (name, value, kind) => {
    const facts = { ...FACTS, [name]: value } as Facts;
    const needed = `needs the fact "${name}" (${kind})`;
    expect(() => evaluate('floor * 2', facts)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(needed) }),
    );
  });
});

test('where there are no facts, messages say so', () => {
  const { compile } = formulaCompiler(new Map());
  expect(compile('floor', PLACE)).toEqual({
    kind: 'fault',
    message: expect.stringMatching(/Unknown variable: floor\. Facts declared here: none$/),
  });
  const negative = compile('1 - 2', PLACE);
  expect(negative.kind === 'formula' && thrownBy(() => negative.formula({}))).toMatchObject({
    message: expect.stringMatching(/gives -1 for no facts;/),
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
])('the reserved word %s is refused as a fact', (name) => {
  expect(formulaCompiler(new Map([[name, 'int']])).fault(name)).toMatch(/reserved word/);
});

test('formulas of different claim types do not see one another’s facts', () => {
  formulaCompiler(new Map([['depth', 'int']]));
  expect(compile('depth')).toMatchObject({ kind: 'fault' });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
