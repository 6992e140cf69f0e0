import { describe, expect, test } from 'vitest';
import { encodeClaimId, parseClaimId } from '../../src/domain/claim-id.ts';

const ZEROS = '0'.repeat(20);
const ONES = 'f'.repeat(20);
const LAST = 2 ** 31 - 1;

describe('a claim ID', () => {
  test.each([
    [ZEROS, 1, '00000000000000001'],
    [ONES, 31, 'zzzzzzzzzzzzzzzzz'],
    [ONES, 32, 'zzzzzzzzzzzzzzzz10'],
    [ZEROS, LAST, '00000000000000001zzzzzz'],
    // Each character has five bits, the first character the first five.
    ['08421084210842108421', 33, '111111111111111111'],
    ['00112233445566778899', 42, '008j4ct4ank7f24s1a'],
  ])('of the handle %s and the number %i is %s, and back', (handle, number, id) => {
    expect(encodeClaimId(handle, number)).toBe(id);
    expect(parseClaimId(id)).toEqual({ handle, number });
    expect(parseClaimId(id.toUpperCase())).toEqual({ handle, number });
  });

  test('has another form for every handle and number', () => {
    const handles = Array.from({ length: 80 }, (_, bit) =>
      (1n << BigInt(bit)).toString(16).padStart(20, '0'),
    );
    const numbers = Array.from({ length: 31 }, (_, bit) => 2 ** bit);
    const ids = handles.flatMap((handle) => numbers.map((number) => encodeClaimId(handle, number)));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.map((id) => parseClaimId(id))).toEqual(
      handles.flatMap((handle) => numbers.map((number) => ({ handle, number }))),
    );
  });

  test.each([
    ['without a number', '0000000000000000'],
    ['with the number 0', '00000000000000000'],
    ['with a number beyond an integer of Postgres', '00000000000000002000000'],
    ['with a letter that the alphabet leaves out', '000000000000000u1'],
    ['with white space', '0000000000000000 1'],
    ['of another length', '1'],
    ['that is empty', ''],
    ['of the first edition', '01a201d2-9e85-780d-9e07-8cd1c2c6ba5c'],
  ])('a text %s is not one', (_, text) => {
    expect(parseClaimId(text)).toBeNull();
  });
});
