import { expect, test } from 'vitest';
import { readBearer } from '../../src/auth/bearer.ts';

test('a missing Authorization header is "none"', () => {
  expect(readBearer(null)).toEqual({ kind: 'none' });
});

test.each([
  'Bearer a.b-c_d.e',
  'bearer a.b-c_d.e',
  'BEARER   a.b-c_d.e',
])('accepts the header "%s"', (header) => {
  expect(readBearer(header)).toEqual({ kind: 'token', token: 'a.b-c_d.e' });
});

test.each([
  '',
  ' ',
  'Bearer',
  'Bearer ',
  'a.b.c',
  'Basic YWxpY2U6c2VjcmV0',
  'Bearer a b',
  'Bearer a, Bearer b',
  'Bearer a,b',
  'Bearer a\n',
  'Bearer\ta',
  'Bearera.b.c',
  ' Bearer a',
  'Bearer a\0',
  'Bearer ä',
  'Token Bearer a',
  'Bearer =a',
])('the header %j is malformed, not "none"', (header) => {
  expect(readBearer(header).kind).toBe('malformed');
});

test('two Authorization headers, which a server joins, are malformed', () => {
  const headers = new Headers();
  headers.append('authorization', 'Bearer a');
  headers.append('authorization', 'Bearer b');
  expect(readBearer(headers.get('authorization')).kind).toBe('malformed');
});

test('a header of 64 KB is rejected without catastrophic backtracking', () => {
  const started = performance.now();
  readBearer(`Bearer ${' '.repeat(65_536)}`);
  readBearer(`Bearer ${'='.repeat(65_536)}`);
  readBearer(`Bearer ${'a='.repeat(32_768)}`);
  expect(performance.now() - started).toBeLessThan(500);
});
