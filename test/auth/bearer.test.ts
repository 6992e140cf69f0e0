/** Reading the Authorization header: one Bearer token, or a clear no. */
import { expect, test } from 'vitest';
import { readBearer } from '../../src/auth/bearer.ts';

test('no header means no token', () => {
  expect(readBearer(null)).toEqual({ kind: 'none' });
});

test.each(['Bearer a.b-c_d.e', 'bearer a.b-c_d.e', 'BEARER   a.b-c_d.e'])('takes "%s"', (header) => {
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
])('calls %j malformed, never "none"', (header) => {
  expect(readBearer(header).kind).toBe('malformed');
});

test('two headers count as malformed, as a server joins them', () => {
  const headers = new Headers();
  headers.append('authorization', 'Bearer a');
  headers.append('authorization', 'Bearer b');
  expect(readBearer(headers.get('authorization')).kind).toBe('malformed');
});

test('a header of 64 KB is judged without backtracking for seconds', () => {
  const started = performance.now();
  readBearer(`Bearer ${' '.repeat(65_536)}`);
  readBearer(`Bearer ${'='.repeat(65_536)}`);
  readBearer(`Bearer ${'a='.repeat(32_768)}`);
  expect(performance.now() - started).toBeLessThan(500);
});
