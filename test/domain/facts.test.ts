import { describe, expect, test } from 'vitest';
import { checkFacts, parseFacts } from '../../src/domain/facts.ts';
import type { ClaimTypeRule, Facts } from '../../src/domain/rules.ts';

const CLAIM_TYPE: ClaimTypeRule = {
  name: 'victory',
  proof: 'ticket',
  period: null,
  limits: [],
  window: null,
  rewards: [],
  conditions: [],
  draws: [],
  requires: [],
  advances: [],
  streak: null,
  rewardsByStreak: [],
  onExpiry: [],
  reversibleBy: [],
  facts: new Map([
    ['floor', { kind: 'int', min: 1, max: 50 }],
    ['flawless', { kind: 'bool' }],
    ['element', { kind: 'string', values: ['fire', 'water'] }],
    ['match', { kind: 'id' }],
  ]),
};
const VALID: Facts = { floor: 1, flawless: false, element: 'fire', match: 'm' };

test.each<[string, Facts]>([
  ['the smallest values', VALID],
  ['the largest values', { floor: 50, flawless: true, element: 'water', match: 'A/z|0.9~'.repeat(31) }],
])('facts that match their declaration have no fault: %s', (_, facts) => {
  expect(checkFacts(facts, CLAIM_TYPE, 'facts')).toBeNull();
});

describe('a fault in the facts', () => {
  const int = 'an integer from 1 to 50';
  const id = '1 to 255 printable ASCII characters without space';
  test.each<[string, Record<string, unknown>, string, string]>([
    ['an integer below the minimum', { floor: 0 }, 'floor', `must be ${int}`],
    ['an integer above the maximum', { floor: 51 }, 'floor', `must be ${int}`],
    ['a fraction', { floor: 1.5 }, 'floor', `must be ${int}`],
    ['a text for an integer', { floor: '1' }, 'floor', `must be ${int}`],
    ['NaN for an integer', { floor: Number.NaN }, 'floor', `must be ${int}`],
    ['an integer that is not safe', { floor: 2 ** 53 }, 'floor', `must be ${int}`],
    ['a missing integer', { floor: undefined }, 'floor', `required: ${int}`],
    ['an integer for a boolean', { flawless: 1 }, 'flawless', 'must be true or false'],
    ['a missing boolean', { flawless: undefined }, 'flawless', 'required: true or false'],
    ['a text that is none of the values', { element: 'earth' }, 'element', 'must be one of fire, water'],
    ['a value in another case', { element: 'Fire' }, 'element', 'must be one of fire, water'],
    ['an integer for a text', { element: 1 }, 'element', 'must be one of fire, water'],
    ['a missing text', { element: undefined }, 'element', 'required: one of fire, water'],
    ['an ID with a space', { match: 'm 7' }, 'match', `must be ${id}`],
    ['an empty ID', { match: '' }, 'match', `must be ${id}`],
    ['an ID that is too long', { match: 'm'.repeat(256) }, 'match', `must be ${id}`],
    ['an integer for an ID', { match: 7 }, 'match', `must be ${id}`],
    ['a missing ID', { match: undefined }, 'match', `required: ${id}`],
    [
      'an undeclared fact',
      { luck: 1 },
      'luck',
      'has no such fact; its facts: floor, flawless, element, match',
    ],
    [
      'an undeclared fact with the name of an object property',
      { constructor: 1 },
      'constructor',
      'has no such fact',
    ],
  ])('a fault names the path of the fact and what was expected: %s', (_, overrides, field, problem) => {
    const facts = Object.fromEntries(
      Object.entries({ ...VALID, ...overrides }).filter(([, value]) => value !== undefined),
    );
    const fault = checkFacts(facts as Facts, CLAIM_TYPE, 'ticket.facts');
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field: `ticket.facts.${field}` });
    expect(fault?.message).toContain(problem);
  });

  test('a declared fact is not read from the prototype of the object', () => {
    const inherits: ClaimTypeRule = { ...CLAIM_TYPE, facts: new Map([['constructor', { kind: 'bool' }]]) };
    expect(checkFacts({}, inherits, 'facts')?.message).toContain('required');
  });

  test('the fault of a claim type without facts says that it has none', () => {
    expect(checkFacts({ a: 1 }, { ...CLAIM_TYPE, facts: new Map() }, 'facts')?.message).toContain(
      'has no such fact; its facts: none',
    );
  });
});

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`fact_${i}`, i]));

test('missing facts are parsed as an empty object', () => {
  expect(parseFacts(undefined)).toEqual({ kind: 'facts', facts: {} });
});

test.each<[string, Facts]>([
  ['no facts', {}],
  ['32 facts', many(32)],
  ['facts of each kind', { a: true, b_2: 'boss', c: -5 }],
  ['the largest safe integers', { a: 2 ** 53 - 1, b: 1 - 2 ** 53 }],
  ['a text of 256 characters', { a: 'x'.repeat(256) }],
  ['a text beyond ASCII', { a: 'Großmeister 🐉' }],
  ['a fact named like a method', { constructor: 1 }],
])('parses %s', (_, facts) => {
  expect(parseFacts(facts)).toEqual({ kind: 'facts', facts });
});

const FACT_NAME =
  'the name of a fact is not valid (1 to 64 characters of a–z 0–9 _, beginning with a letter)';
const FACT_VALUE =
  'is not valid (an integer within ±9007199254740991, true or false, or a text of at most 256 characters without NUL and lone surrogates)';

test.each<[string, unknown, string]>([
  ['a list', [1], 'its facts are not an object'],
  ['null', null, 'its facts are not an object'],
  ['text', '{}', 'its facts are not an object'],
  ['33 facts', many(33), 'it has more than 32 facts'],
  ['a fact with a capital', { Floor: 1 }, FACT_NAME],
  ['a fact without a name', { '': 1 }, FACT_NAME],
  ['a fact with a name of 65 characters', { [`f${'x'.repeat(64)}`]: 1 }, FACT_NAME],
  ['a fact named __proto__', JSON.parse('{"__proto__": 1}'), FACT_NAME],
  ['a fraction', { floor: 1.5 }, `the value of fact "floor" ${FACT_VALUE}`],
  ['a number that is not a safe integer', { floor: 2 ** 53 }, `the value of fact "floor" ${FACT_VALUE}`],
  ['a fact that is null', { floor: null }, `the value of fact "floor" ${FACT_VALUE}`],
  ['a fact that is an object', { floor: {} }, `the value of fact "floor" ${FACT_VALUE}`],
  ['a text of 257 characters', { boss: 'x'.repeat(257) }, `the value of fact "boss" ${FACT_VALUE}`],
  ['a text with NUL', { boss: 'a\0' }, `the value of fact "boss" ${FACT_VALUE}`],
  ['a text with a lone surrogate', { boss: '\udc00' }, `the value of fact "boss" ${FACT_VALUE}`],
])('does not parse %s', (_, value, why) => {
  expect(parseFacts(value)).toEqual({ kind: 'invalid', why });
});
