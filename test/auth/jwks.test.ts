/** Keys behind a URL: when they are read again, what an outage does, and what is never read at all. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FetchImplementation } from 'jose';
import { expect, test } from 'vitest';
import { inlineKeys, MAX_JWKS_BYTES, remoteKeys } from '../../src/auth/keys.ts';
import { tokenSettings } from '../../src/auth/settings.ts';
import { verifyAccessToken } from '../../src/auth/tokens.ts';
import { makeKey, NOW, secondsLater, settingsOf, tokenOf } from './support.ts';

const URL = 'https://login.example.com/jwks.json';
const first = await makeKey('EdDSA', 'first');
const second = await makeKey('EdDSA', 'second');
const jwks = (...keys: { jwk: object }[]) => JSON.stringify({ keys: keys.map((key) => key.jwk) });

/** A source whose answer can be changed, and which counts how often it was asked. */
function source(answer: () => Response | Promise<Response>) {
  const state = { answer, asked: 0 };
  const fetch: FetchImplementation = async () => {
    state.asked += 1;
    return state.answer();
  };
  return { state, keys: remoteKeys(URL, { fetch }) };
}

const serving = (text: string) => () => new Response(text);
const down = () => Promise.reject(new TypeError('connection refused'));

test('reads the keys once for many tokens', async () => {
  const { state, keys } = source(serving(jwks(first)));
  for (let i = 0; i < 10; i++) expect((await keys.find('first', secondsLater(i))).kind).toBe('key');
  expect(state.asked).toBe(1);
});

test('reads them again after ten minutes, and drops a key that was withdrawn', async () => {
  const { state, keys } = source(serving(jwks(first)));
  await keys.find('first', NOW);
  state.answer = serving(jwks(second));
  expect((await keys.find('first', secondsLater(599))).kind).toBe('key');
  expect((await keys.find('first', secondsLater(600))).kind).toBe('unknown');
  expect((await keys.find('second', secondsLater(600))).kind).toBe('key');
  expect(state.asked).toBe(2);
});

test('an unchanged document keeps its imported keys', async () => {
  const { state, keys } = source(serving(jwks(first)));
  const before = await keys.find('first', NOW);
  expect(await keys.find('first', secondsLater(600))).toBe(before);
  expect(state.asked).toBe(2);
});

test('an unknown key ID has them read again at once, but a flood of them only every 30 seconds', async () => {
  const { state, keys } = source(serving(jwks(first)));
  await keys.find('first', NOW);
  state.answer = serving(jwks(first, second));
  expect((await keys.find('second', secondsLater(31))).kind).toBe('key');
  for (let i = 0; i < 100; i++) {
    expect((await keys.find(`made-up-${i}`, secondsLater(32 + i / 4))).kind).toBe('unknown');
  }
  expect(state.asked).toBe(2);
  await keys.find('made-up', secondsLater(61));
  expect(state.asked).toBe(3);
});

test.each<[string, () => Response | Promise<Response>]>([
  ['cannot be reached', down],
  ['answers 500', () => new Response(jwks(first, second), { status: 500 })],
  ['redirects', () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } })],
  ['answers with a page', serving('<html>')],
  ['answers with JSON of another kind', serving('{"keys":{}}')],
  ['answers with null', serving('null')],
  ['answers with nothing', () => new Response(null, { status: 200 })],
  ['answers with too many bytes', serving(`{"keys":[]}${' '.repeat(MAX_JWKS_BYTES)}`)],
  ['answers with too many keys', serving(JSON.stringify({ keys: Array(65).fill(first.jwk) }))],
  ['breaks off', () => new Response(new ReadableStream({ pull: (c) => c.error(new Error('reset')) }))],
])('a source that %s leaves the last good keys in service, and never says that a key is unknown', async (_, outage) => {
  const { state, keys } = source(serving(jwks(first)));
  await keys.find('first', NOW);
  state.answer = outage;
  expect((await keys.find('first', secondsLater(600))).kind).toBe('key');
  expect((await keys.find('second', secondsLater(601))).kind).toBe('unavailable');
  expect(state.asked).toBe(2);
  state.answer = serving(jwks(first, second));
  expect((await keys.find('second', secondsLater(631))).kind).toBe('key');
});

test('an outage is bridged for a day and no longer', async () => {
  const { state, keys } = source(serving(jwks(first)));
  await keys.find('first', NOW);
  state.answer = down;
  expect((await keys.find('first', secondsLater(86_399))).kind).toBe('key');
  expect((await keys.find('first', secondsLater(86_400))).kind).toBe('unavailable');
});

test('without any keys yet it says unavailable, and tries again after a second', async () => {
  const { state, keys } = source(down);
  expect(await keys.find('first', NOW)).toEqual({
    kind: 'unavailable',
    why: 'keys: JWKS_URL cannot be read: connection refused',
  });
  state.answer = serving(jwks(first));
  expect((await keys.find('first', secondsLater(0.5))).kind).toBe('unavailable');
  expect((await keys.find('first', secondsLater(1))).kind).toBe('key');
});

test('an empty set is believed: no key is trusted', async () => {
  const { state, keys } = source(serving(jwks(first)));
  await keys.find('first', NOW);
  state.answer = serving('{"keys":[]}');
  expect((await keys.find('first', secondsLater(600))).kind).toBe('unknown');
});

test('a clock that was set back does not stop refreshing', async () => {
  const { state, keys } = source(serving(jwks(first)));
  await keys.find('first', secondsLater(86_400));
  state.answer = serving(jwks(first, second));
  expect((await keys.find('second', NOW)).kind).toBe('key');
});

test('a request never waits for the fetch of another one that may be gone', async () => {
  const { state, keys } = source(serving(jwks(first)));
  await keys.find('first', NOW);
  state.answer = () => new Promise(() => {});
  void keys.find('first', secondsLater(600));
  expect((await keys.find('first', secondsLater(600))).kind).toBe('key');
  expect((await keys.find('second', secondsLater(600))).kind).toBe('unavailable');

  const cold = source(() => new Promise(() => {}));
  void cold.keys.find('first', NOW);
  cold.state.answer = serving(jwks(first));
  expect((await cold.keys.find('first', NOW)).kind).toBe('key');
});

test('a source that is silent, or stops in the middle of its answer, is given up after the time-out', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/half') response.writeHead(200).write('{"keys":');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  for (const path of ['/silent', '/half']) {
    const keys = remoteKeys(`http://127.0.0.1:${port}${path}`, { timeoutMs: 100 });
    expect(await keys.find('first', NOW)).toEqual({
      kind: 'unavailable',
      why: 'keys: JWKS_URL cannot be read: request timed out',
    });
  }
  server.closeAllConnections();
  server.close();
});

test('redirects are not followed, on a real connection', async () => {
  let followed = false;
  const server = createServer((request, response) => {
    if (request.url === '/moved') followed = true;
    response.writeHead(302, { location: '/moved' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect((await remoteKeys(`http://localhost:${port}/`).find('first', NOW)).kind).toBe('unavailable');
  expect(followed).toBe(false);
  server.closeAllConnections();
  server.close();
});

test.each([
  'http://login.example.com/jwks.json',
  'http://127.0.0.1.example.com/',
  'http://localhost.example.com/',
  'https://user:password@login.example.com/',
  'file:///etc/passwd',
  'data:application/json,{"keys":[]}',
  'not a URL',
])('never reads %s', async (url) => {
  let asked = 0;
  const fetch: FetchImplementation = async () => {
    asked += 1;
    return new Response(jwks(first));
  };
  expect((await remoteKeys(url, { fetch }).find('first', NOW)).kind).toBe('unavailable');
  expect(asked).toBe(0);
});

test('an outage makes a token unavailable, not invalid', async () => {
  const { keys } = source(down);
  expect((await verifyAccessToken(await tokenOf(first), settingsOf(keys), NOW)).kind).toBe('unavailable');
});

test('an inline JWKS that is not one makes every token unavailable', async () => {
  for (const text of ['', '{', '[]', 'null', '{"keys":1}']) {
    expect((await inlineKeys(text).find('first', NOW)).kind).toBe('unavailable');
  }
});

test.each([
  ['no issuer', { JWKS: jwks(first), TOKEN_ISSUER: '', TOKEN_AUDIENCE: 'onceward' }],
  ['no audience', { JWKS: jwks(first), TOKEN_ISSUER: 'https://login.example.com/', TOKEN_AUDIENCE: '' }],
  ['no keys', { TOKEN_ISSUER: 'https://login.example.com/', TOKEN_AUDIENCE: 'onceward' }],
])('a Worker configured with %s takes no token', async (_, env) => {
  expect((await verifyAccessToken(await tokenOf(first), tokenSettings(env), NOW)).kind).toBe('unavailable');
});
