import { describe, expect, test } from 'vitest';
import { MAX_DOCUMENT_BYTES } from '../../src/config/bounds.ts';
import { canonicalJson, jsonProblems, sha256Hex } from '../../src/config/json.ts';

describe('canonical JSON is the same for every way to write a document', () => {
  test.each<[string, unknown, string]>([
    ['sorts members at every depth', { b: 1, a: { d: 1, c: 2 } }, '{"a":{"c":2,"d":1},"b":1}'],
    ['sorts three members that start with the middle one', { b: 2, c: 3, a: 1 }, '{"a":1,"b":2,"c":3}'],
    ['sorts three members that start with the last one', { c: 3, b: 2, a: 1 }, '{"a":1,"b":2,"c":3}'],
    ['sorts members by code unit', { ä: 1, z: 2, Z: 3 }, '{"Z":3,"z":2,"ä":1}'],
    ['keeps the order of lists', [3, [2, 1], { b: 1, a: 2 }], '[3,[2,1],{"a":2,"b":1}]'],
    ['keeps null', { a: null, b: [null] }, '{"a":null,"b":[null]}'],
    ['omits undefined members', { a: undefined, b: false, c: 0, d: '' }, '{"b":false,"c":0,"d":""}'],
    ['writes undefined on its own as null', undefined, 'null'],
    ['escapes strings as JSON does', { 'a"\n': '\u{1F600}\\' }, '{"a\\"\\n":"\u{1F600}\\\\"}'],
  ])('%s', (_, value, text) => expect(canonicalJson(value)).toBe(text));
});

test('the digest is the SHA-256 of the UTF-8 text as 64 hex characters', async () => {
  expect(await sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(await sha256Hex('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
});

const nested = (depth: number): unknown => (depth === 0 ? 'leaf' : { n: nested(depth - 1) });
const listed = (depth: number): unknown => (depth === 0 ? 'leaf' : [listed(depth - 1)]);

test('a document within the limits of size and nesting has no problem', () => {
  for (const document of [null, 7, 'text', [], {}, { a: [1, { b: null }] }, nested(16), listed(16)])
    expect(jsonProblems(document)).toEqual([]);
});

test('seventeen levels of nesting are rejected, with the path of the first four', () => {
  const message = 'must be nested at most 16 levels deep';
  expect(jsonProblems(nested(17))).toEqual([{ path: 'n.n.n.n', message }]);
  expect(jsonProblems(listed(17))).toEqual([{ path: '[0][0][0][0]', message }]);
});

test('a __proto__ key is rejected at any depth', () => {
  const message = 'is not a field of the balance config';
  const document = JSON.parse('{"a": [0, {"__proto__": {"b": 1}}], "__proto__": 1, "c": {"proto": 1}}');
  expect(jsonProblems(document)).toEqual([
    { path: 'a[1].__proto__', message },
    { path: '__proto__', message },
  ]);
});

test('the size is counted in bytes of the JSON without spaces, and the limit itself is allowed', () => {
  const sized = (bytes: number) => ({ t: `é${'x'.repeat(bytes - '{"t":"é"}'.length - 1)}` });
  expect(jsonProblems(sized(MAX_DOCUMENT_BYTES))).toEqual([]);
  expect(jsonProblems(sized(MAX_DOCUMENT_BYTES + 1))).toEqual([
    {
      path: '',
      message: `must be at most ${MAX_DOCUMENT_BYTES} bytes as JSON without spaces, not ${MAX_DOCUMENT_BYTES + 1}`,
    },
  ]);
});
