import { describe, expect, test } from 'vitest';
import {
  boundedKey,
  canonicalJson,
  derivedKey,
  type Json,
  sha256,
  withoutAbsent,
} from '../../src/domain/canonical.ts';

describe('canonical JSON', () => {
  test.each<[string, Json, string]>([
    ['sorts members by name, at every depth', { b: 1, a: { d: 1, c: 2 } }, '{"a":{"c":2,"d":1},"b":1}'],
    ['sorts by code unit, not by locale', { ä: 1, z: 2, Z: 3, a: 4 }, '{"Z":3,"a":4,"z":2,"ä":1}'],
    ['sorts names that look like numbers as text', { 10: 'x', 9: 'y', a: 'z' }, '{"10":"x","9":"y","a":"z"}'],
    ['keeps the order of lists', [3, 1, 2], '[3,1,2]'],
    [
      'leaves out absent and null members',
      { a: undefined, b: null, c: 0, d: '', e: false },
      '{"c":0,"d":"","e":false}',
    ],
    ['keeps null in lists, where the position counts', [null, 1], '[null,1]'],
    ['escapes text as JSON does', { 'a"\n': '\u{1F600}\\' }, '{"a\\"\\n":"\u{1F600}\\\\"}'],
    ['writes negative zero as zero', { zero: -0 }, '{"zero":0}'],
    ['writes whole numbers without a fraction', { n: 1.0 }, '{"n":1}'],
    ['keeps the largest amounts exact', { n: Number.MAX_SAFE_INTEGER }, '{"n":9007199254740991}'],
    ['writes an empty object as {}', {}, '{}'],
  ])('canonical JSON %s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test('canonical JSON does not depend on how the value was built', () => {
    const one = canonicalJson({ type: 'quest', facts: { floor: 1, hard: true }, key: null });
    const two = canonicalJson(JSON.parse('{"facts": {"hard": true, "floor": 1.0}, "type": "quest"}'));
    expect(one).toBe(two);
  });

  test.each<[Json, Json]>([
    [{ a: '1' }, { a: 1 }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: ['1,2'] }, { a: ['1', '2'] }],
    [{ a: 'true' }, { a: true }],
    [{ a: '","b":"' }, { a: '', b: '' }],
    [{ a: {} }, {}],
  ])('canonical JSON of %j differs from that of %j', (one, other) => {
    expect(canonicalJson(one)).not.toBe(canonicalJson(other));
  });
});

test('a stored input leaves out absent and null members, and nothing else', () => {
  expect(withoutAbsent({ a: null, b: undefined, c: 0, d: false, e: { f: null } })).toStrictEqual({
    c: 0,
    d: false,
    e: { f: null },
  });
});

test('sha256 hashes the UTF-8 bytes and returns hex', () => {
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
});

describe('a key that is derived from texts', () => {
  /** Every division of a text into one to three texts. */
  function divisions(text: string): string[][] {
    const places = Array.from({ length: text.length + 1 }, (_, place) => place);
    return [
      [text],
      ...places.flatMap((a) => [
        [text.slice(0, a), text.slice(a)],
        ...places.filter((b) => b >= a).map((b) => [text.slice(0, a), text.slice(a, b), text.slice(b)]),
      ]),
    ];
  }

  test('differs for all texts, whatever separators and digits they hold', () => {
    const lists = ['a/b/c', '1:a1:b', '2:1:', '11:11:1', '/////', 'a:b|c~d'].flatMap(divisions);
    const distinct = new Set(lists.map((list) => JSON.stringify(list)));
    expect(new Set(lists.map((list) => derivedKey(...list))).size).toBe(distinct.size);
    expect(distinct.size).toBeGreaterThan(150);
  });

  test('is a digest where it would be longer than a claim key', () => {
    const [short, long] = ['x'.repeat(251), 'x'.repeat(252)];
    expect(derivedKey(short)).toBe(`251:${short}`);
    expect(derivedKey(long)).toBe(`sha256:${sha256(`252:${long}`)}`);
    expect(boundedKey('y'.repeat(255))).toHaveLength(255);
    expect(boundedKey('y'.repeat(256))).toBe(`sha256:${sha256('y'.repeat(256))}`);
  });
});
