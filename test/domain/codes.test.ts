import { describe, expect, test } from 'vitest';
import { parseCode, printedCode, withCheckCharacter } from '../../src/domain/code-form.ts';
import { codeDigest, randomCodes } from '../../src/domain/codes.ts';
import { decideRedeemCode } from '../../src/domain/redeem-code.ts';
import { constrained } from '../../src/domain/values.ts';
import { intentOf, PLAYER } from './rules.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SECRET = 'a secret of tests that is long enough';
const CODES = randomCodes(SECRET, 'seed', 50);

describe('the check character', () => {
  test('a code with one wrong character is none', () => {
    for (const code of CODES.slice(0, 5))
      for (let place = 0; place < code.length; place += 1)
        for (const character of ALPHABET) {
          const typed = `${code.slice(0, place)}${character}${code.slice(place + 1)}`;
          expect(parseCode(typed)).toBe(typed === code ? code : undefined);
        }
  });

  test('a code with two characters exchanged is none', () => {
    for (const code of CODES)
      for (let place = 1; place < code.length; place += 1) {
        const typed = `${code.slice(0, place - 1)}${code[place]}${code[place - 1]}${code.slice(place + 1)}`;
        expect(parseCode(typed)).toBe(typed === code ? code : undefined);
      }
  });

  test('is that of the code that the documentation shows', () => {
    expect(withCheckCharacter('k7q2-m9xt-4hvw-80zr')).toBe('K7Q2M9XT4HVW80ZRK');
  });
});

describe('a code', () => {
  test('is read in any case, with and without dashes, and with letters that look like digits', () => {
    const code = withCheckCharacter('SPR1NG2026');
    for (const text of [code, code.toLowerCase(), printedCode(code), 'spring-2o26-A', 'SPRLNG2026A'])
      expect(parseCode(text)).toBe(code);
  });

  test.each([
    '',
    '0',
    'SPR1NG',
    '0'.repeat(26),
    'SPRUNG2026A',
    'SPR1NG 2026A',
    'SPR1NG2026À',
    '\ud83d\ude00',
  ])('is not %j', (text) => expect(parseCode(text)).toBeUndefined());

  test('has 7 to 25 characters', () => {
    expect([6, 7, 25, 26].map((length) => parseCode('0'.repeat(length))?.length)).toEqual([
      undefined,
      7,
      25,
      undefined,
    ]);
  });
});

describe('random codes', () => {
  test('have 80 bits and a check character, and differ', () => {
    for (const code of CODES) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{17}$/);
    expect(new Set(CODES).size).toBe(CODES.length);
  });

  test('follow from the secret, the seed and their place, and from nothing less', () => {
    expect(randomCodes(SECRET, 'seed', 50)).toEqual(CODES);
    for (const others of [randomCodes(`${SECRET}.`, 'seed', 50), randomCodes(SECRET, 'seeds', 50)])
      expect(others.filter((code) => CODES.includes(code))).toEqual([]);
  });

  test('use each character about equally often', () => {
    const counts = new Map<string, number>();
    for (const code of randomCodes(SECRET, 'many', 1_000))
      for (const character of code.slice(0, 16)) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(32);
    // 500 each on average, with a standard deviation of 22.
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(130);
  });
});

test('a redemption names the code by its HMAC, in the input, in the claim key and in the source', () => {
  const code = constrained('Code', 'K7Q2M9XT4HVW80ZRK');
  const digest = codeDigest(SECRET, code);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  const { operation } = decideRedeemCode(intentOf(PLAYER), { digest });
  expect(operation).toMatchObject({
    mode: 'commit',
    claimType: 'code_redemption',
    source: { kind: 'code', digest },
    input: { code: `hmac:${digest}` },
    postings: [],
  });
  expect(JSON.stringify(operation)).not.toContain(code);
});
