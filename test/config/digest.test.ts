import { describe, expect, test } from 'vitest';
import { canonicalJson, sha256Hex } from '../../src/config/digest.ts';

describe('a document has one text, however it was written down', () => {
  test.each<[string, unknown, string]>([
    ['members are sorted, at every depth', { b: 1, a: { d: 1, c: 2 } }, '{"a":{"c":2,"d":1},"b":1}'],
    ['three members, from the middle', { b: 2, c: 3, a: 1 }, '{"a":1,"b":2,"c":3}'],
    ['three members, from the end', { c: 3, b: 2, a: 1 }, '{"a":1,"b":2,"c":3}'],
    ['members are sorted by code unit', { ä: 1, z: 2, Z: 3 }, '{"Z":3,"z":2,"ä":1}'],
    ['lists keep their order', [3, [2, 1], { b: 1, a: 2 }], '[3,[2,1],{"a":2,"b":1}]'],
    ['null is a value', { a: null, b: [null] }, '{"a":null,"b":[null]}'],
    ['what is undefined is left out', { a: undefined, b: false, c: 0, d: '' }, '{"b":false,"c":0,"d":""}'],
    ['undefined by itself is null', undefined, 'null'],
    ['texts are escaped as JSON does', { 'a"\n': '\u{1F600}\\' }, '{"a\\"\\n":"\u{1F600}\\\\"}'],
  ])('%s', (_, value, text) => expect(canonicalJson(value)).toBe(text));
});

test('the digest is SHA-256 over UTF-8, in 64 letters of hex', async () => {
  expect(await sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(await sha256Hex('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
});
