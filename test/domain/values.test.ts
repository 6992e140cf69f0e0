import { describe, expect, test } from 'vitest';
import {
  type CONSTRAINTS,
  constrained,
  isStorableText,
  MAX_AMOUNT,
  MAX_QUANTITY,
  PATTERNS,
} from '../../src/domain/values.ts';

const CLAIM_ID = 'k3v9q0d8x2m7c5ta1b';
/** Every printable character but the space. */
const ASCII = String.fromCharCode(...Array.from({ length: 94 }, (_, index) => 33 + index));

describe('constrained values', () => {
  test.each<[keyof typeof CONSTRAINTS, string, unknown]>([
    ['PositiveInt', '1', 1],
    ['PositiveInt', 'the largest amount', MAX_AMOUNT],
    ['NonNegativeInt', '0', 0],
    ['NonNegativeInt', 'the largest amount', MAX_AMOUNT],
    ['Quantity', '1', 1],
    ['Quantity', 'the largest quantity', MAX_QUANTITY],
    ['Reason', 'three characters', 'bug'],
    ['Reason', 'three characters with white space around them, which is kept', '  bug '],
    ['Reason', '500 characters', 'x'.repeat(500)],
    ['Reason', '500 characters of two UTF-16 units each', '🎁'.repeat(500)],
    ['ClaimId', 'a claim ID', CLAIM_ID],
    ['ClaimId', 'the ID of the last possible claim', `${CLAIM_ID.slice(0, 16)}1zzzzzz`],
  ])('%s accepts %s unchanged', (name, _, value) => {
    expect(constrained(name, value)).toBe(value);
  });

  test('ClaimId turns upper case into lower case', () => {
    expect(constrained('ClaimId', CLAIM_ID.toUpperCase())).toBe(CLAIM_ID);
  });

  test.each<[keyof typeof CONSTRAINTS, string, unknown[]]>([
    [
      'PositiveInt',
      `an integer from 1 to ${MAX_AMOUNT}`,
      [0, -1, 1.5, MAX_AMOUNT + 1, Number.NaN, Number.POSITIVE_INFINITY, '1', true, null],
    ],
    [
      'NonNegativeInt',
      `an integer from 0 to ${MAX_AMOUNT}`,
      [-1, 0.5, MAX_AMOUNT + 1, Number.NaN, '0', undefined],
    ],
    ['Quantity', `an integer from 1 to ${MAX_QUANTITY}`, [0, -1, 1.5, MAX_QUANTITY + 1, MAX_AMOUNT, '1']],
  ])('%s rejects every other value and names the bounds: %s', (name, expected, values) => {
    for (const value of values)
      expect(() => constrained(name, value)).toThrow(new RangeError(`must be ${expected}`));
  });

  test.each<[string, unknown]>([
    ['two characters', 'ab'],
    ['one character between spaces', '  a   '],
    ['two characters between spaces', '   ab   '],
    ['501 characters', 'x'.repeat(501)],
    ['501 characters of two UTF-16 units each', '🎁'.repeat(501)],
    ['500 characters and a space', `${'x'.repeat(500)} `],
    ['NUL', 'a bug\0'],
    ['a lone surrogate', 'a bug \udc00'],
    ['a number', 500],
    ['nothing', null],
  ])('Reason rejects %s and names the bounds', (_, value) => {
    expect(() => constrained('Reason', value)).toThrow('3 to 500 characters');
  });

  test.each<[string, unknown]>([
    ['another text', 'c-1'],
    ['an empty text', ''],
    ['a handle without a number', CLAIM_ID.slice(0, 16)],
    ['a number that begins with 0', `${CLAIM_ID.slice(0, 16)}01`],
    ['a number beyond the bound of the ledger', `${CLAIM_ID.slice(0, 16)}2000000`],
    ['a number of eight digits', `${CLAIM_ID.slice(0, 16)}10000000`],
    ['a letter that looks like a digit', CLAIM_ID.replace('k', 'l')],
    ['a UUID', '01a201d2-9e85-780d-9e07-8cd1c2c6ba5c'],
    ['a claim ID with a newline', `${CLAIM_ID}\n`],
    ['a number', 1],
  ])('ClaimId rejects %s', (_, value) => {
    expect(() => constrained('ClaimId', value)).toThrow('must be a claim ID: 17 to 23 characters');
  });
});

describe('the patterns of texts', () => {
  const rows: [keyof typeof PATTERNS, string[], string[]][] = [
    [
      'idempotencyKey',
      ['a'.repeat(16), 'A-z_0.9:'.repeat(16), 'k'.repeat(255), 'my:onceward:key:1', 'Onceward:key-0123'],
      ['a'.repeat(15), 'a'.repeat(256), '@'.repeat(16), 'onceward:import:0123456789'],
    ],
    ['playerId', ['p', 'auth0|6510f0', ASCII, 'p'.repeat(255)], ['', 'p'.repeat(256), 'p 1', 'é', 'p\x7f']],
    ['claimType', ['a', `a${'_'.repeat(63)}`], ['', `a${'_'.repeat(64)}`, '1a', '_a', 'Quest', 'a-b']],
    ['claimKey', ['k', ASCII, 'k'.repeat(255)], ['', 'k'.repeat(256), 'k k', 'k\t', 'ключ']],
    [
      'resource',
      ['a', 'stat:energy', `a:${'b'.repeat(62)}`],
      ['', 'a:', ':a', 'a:b:c', `a:${'b'.repeat(63)}`, 'A'],
    ],
    ['factName', ['a', `a${'0'.repeat(63)}`], ['', `a${'0'.repeat(64)}`, '0a', 'Floor', '__proto__']],
    [
      'statName',
      ['a', 'crit_chance', `a${'0'.repeat(63)}`],
      ['', `a${'0'.repeat(64)}`, '0a', 'Luck', 'stat:luck'],
    ],
    [
      'roleName',
      ['support', `a${'0'.repeat(63)}`, 'servers'],
      ['', 'server', `a${'0'.repeat(64)}`, '0a', 'Lead'],
    ],
    ['permission', ['staff:read'], ['', 'staff', 'staff:', 'Staff:read', 'a:b:c', `${'a'.repeat(33)}:b`]],
    ['keyId', ['k', 'key-2026-11', ASCII, 'k'.repeat(255)], ['', 'k'.repeat(256), 'key 1', 'ké', 'k\n']],
    [
      'operationName',
      ['a', 'claimReward', `a${'0'.repeat(63)}`],
      ['', 'ClaimReward', 'claim_reward', '0a', `a${'0'.repeat(64)}`],
    ],
    ['claimId', [CLAIM_ID, CLAIM_ID.toUpperCase()], ['', 'k'.repeat(16), `${CLAIM_ID}000000`]],
    [
      'seed',
      ['a'.repeat(32), 'A-z_0'.repeat(25)],
      ['', 'a'.repeat(31), 'a'.repeat(129), `${'a'.repeat(32)}.`],
    ],
    ['correlationId', ['a'.repeat(8), 'A-z_0.9:'.repeat(16)], ['a'.repeat(7), 'a'.repeat(129), 'a/aaaaaaa']],
    [
      'terms',
      ['0123456789abcdef'.repeat(2)],
      ['', 'a'.repeat(31), 'a'.repeat(33), 'G'.repeat(32), 'A'.repeat(32)],
    ],
    [
      'configPath',
      ['claimTypes.daily_quest.period', 'tiers.list[2].from', '$schema', 'p'.repeat(255)],
      ['', '.period', '[0]', 'p'.repeat(256), 'a b', 'a-b', 'a\n'],
    ],
    [
      'language',
      ['en', 'fil', 'pt-BR', 'zh-Hant', 'zh-Hant-TW', 'es-419'],
      ['', 'e', 'EN', 'en_GB', 'en-gb', 'english', 'zh-hant', 'en-GB-x'],
    ],
  ];

  test('every pattern is tested here', () => {
    expect(rows.map(([name]) => name).toSorted()).toEqual(Object.keys(PATTERNS).toSorted());
  });

  test.each(rows)('the pattern %s accepts %j', (name, accepted) => {
    for (const text of accepted) expect(text).toMatch(PATTERNS[name].expression);
  });

  test.each(
    rows,
  )('the pattern %s rejects texts that are too short, too long or have other characters', (name, accepted, rejected) => {
    for (const text of [...rejected, ...accepted.map((text) => `${text}\n`)])
      expect(text).not.toMatch(PATTERNS[name].expression);
  });
});

test.each([
  ['an empty text', true, ''],
  ['a text beyond ASCII', true, 'Großmeister 🐉'],
  ['a text with NUL', false, 'a\0b'],
  ['a text with a lone high surrogate', false, '\ud83d'],
  ['a text with a lone low surrogate', false, 'a\udc00'],
])('whether %s can be stored: %s', (_, storable, text) => {
  expect(isStorableText(text)).toBe(storable);
});
