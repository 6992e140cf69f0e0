/** Key sets behind a URL: when they are read again, how long they outlast an outage, and which URLs are rejected. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FetchImplementation } from 'jose';
import { expect, onTestFinished, test, vi } from 'vitest';
import { inlineKeys, MAX_JWKS_BYTES, remoteKeys } from '../../src/auth/keys.ts';
import { tokenSettings, wrongTokenSettings } from '../../src/auth/settings.ts';
import { verifyAccessToken } from '../../src/auth/tokens.ts';
import { AUDIENCE, ISSUER, makeKey, NOW, secondsLater, settingsOf, tokenOf } from './support.ts';

const URL = 'https://login.example.com/jwks.json';
const first = await makeKey('EdDSA', 'first');
const second = await makeKey('EdDSA', 'second');
const jwks = (...keys: { jwk: object }[]) => JSON.stringify({ keys: keys.map((key) => key.jwk) });

/** Keys from a URL whose response can be changed. Counts the requests. */
function source(answer: () => Response | Promise<Response>) {
  const state = { answer, requests: 0 };
  const fetch: FetchImplementation = async () => {
    state.requests += 1;
    return state.answer();
  };
  return { state, keys: remoteKeys(URL, { fetch }) };
}

const serving = (text: string) => () => new Response(text);
const down = () => Promise.reject(new TypeError('connection refused'));

test('the keys are read once for many lookups', async () => {
  const { state, keys } = source(serving(jwks(first)));
  for (let i = 0; i < 10; i++) expect((await keys.find('first', secondsLater(i))).kind).toBe('key');
  expect(state.requests).toBe(1);
});

test('the keys are read again after ten minutes, and a withdrawn key is then unknown', async () => {
  const { state, keys } = source(serving(jwks(first)));
  await keys.find('first', NOW);
  state.answer = serving(jwks(second));
  expect((await keys.find('first', secondsLater(599))).kind).toBe('key');
  expect((await keys.find('first', secondsLater(600))).kind).toBe('unknown');
  expect((await keys.find('second', secondsLater(600))).kind).toBe('key');
  expect(state.requests).toBe(2);
});

test('an unchanged JWKS keeps its imported keys', async () => {
  const { state, keys } = source(serving(jwks(first)));
  const before = await keys.find('first', NOW);
  expect(await keys.find('first', secondsLater(600))).toBe(before);
  expect(state.requests).toBe(2);
});

test('an unknown key ID makes the keys be read again, at most once every 30 seconds', async () => {
  const { state, keys } = source(serving(jwks(first)));
  await keys.find('first', NOW);
  state.answer = serving(jwks(first, second));
  expect((await keys.find('second', secondsLater(31))).kind).toBe('key');
  for (let i = 0; i < 100; i++) {
    expect((await keys.find(`made-up-${i}`, secondsLater(32 + i / 4))).kind).toBe('unknown');
  }
  expect(state.requests).toBe(2);
  await keys.find('made-up', secondsLater(61));
  expect(state.requests).toBe(3);
});

test.each<[string, () => Response | Promise<Response>]>([
  ['cannot be reached', down],
  ['answers 500', () => new Response(jwks(first, second), { status: 500 })],
  ['redirects', () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } })],
  ['answers with an HTML page', serving('<html>')],
  ['answers with JSON that is not a JWKS', serving('{"keys":{}}')],
  ['answers with null', serving('null')],
  ['answers with an empty body', () => new Response(null, { status: 200 })],
  ['answers with too many bytes', serving(`{"keys":[]}${' '.repeat(MAX_JWKS_BYTES)}`)],
  ['answers with too many keys', serving(JSON.stringify({ keys: Array(65).fill(first.jwk) }))],
  [
    'breaks the connection',
    () => new Response(new ReadableStream({ pull: (c) => c.error(new Error('reset')) })),
  ],
])('while the URL %s, the last keys are served, and a missing key is unavailable, not unknown', async (_, outage) => {
  const { state, keys } = source(serving(jwks(first)));
  await keys.find('first', NOW);
  state.answer = outage;
  expect((await keys.find('first', secondsLater(600))).kind).toBe('key');
  expect((await keys.find('second', secondsLater(601))).kind).toBe('unavailable');
  expect(state.requests).toBe(2);
  state.answer = serving(jwks(first, second));
  expect((await keys.find('second', secondsLater(631))).kind).toBe('key');
});

test('the last keys are served for 24 hours of an outage and no longer', async () => {
  const { state, keys } = source(serving(jwks(first)));
  await keys.find('first', NOW);
  state.answer = down;
  expect((await keys.find('first', secondsLater(86_399))).kind).toBe('key');
  expect((await keys.find('first', secondsLater(86_400))).kind).toBe('unavailable');
});

test('before the first successful read keys are unavailable, and the next read waits one second', async () => {
  const { state, keys } = source(down);
  expect(await keys.find('first', NOW)).toEqual({
    kind: 'unavailable',
    why: 'keys: JWKS_URL cannot be read: connection refused',
  });
  state.answer = serving(jwks(first));
  expect((await keys.find('first', secondsLater(0.5))).kind).toBe('unavailable');
  expect((await keys.find('first', secondsLater(1))).kind).toBe('key');
});

test('after an empty JWKS is read, no key is trusted', async () => {
  const { state, keys } = source(serving(jwks(first)));
  await keys.find('first', NOW);
  state.answer = serving('{"keys":[]}');
  expect((await keys.find('first', secondsLater(600))).kind).toBe('unknown');
});

test('a clock that is set back does not stop the keys from being read again', async () => {
  const { state, keys } = source(serving(jwks(first)));
  await keys.find('first', secondsLater(86_400));
  state.answer = serving(jwks(first, second));
  expect((await keys.find('second', NOW)).kind).toBe('key');
});

test('with a set, a lookup does not wait for the fetch of another lookup', async () => {
  const { state, keys } = source(serving(jwks(first)));
  await keys.find('first', NOW);
  state.answer = () => new Promise(() => {});
  void keys.find('first', secondsLater(600));
  expect((await keys.find('first', secondsLater(600))).kind).toBe('key');
  expect((await keys.find('second', secondsLater(600))).kind).toBe('unavailable');
});

test('without a set, lookups share one fetch and its result', async () => {
  const { state, keys } = source(async () => {
    await sleep(120);
    return new Response(jwks(first));
  });
  const lookups = Array.from({ length: 200 }, () => keys.find('first', NOW));
  const found = await Promise.all([...lookups, keys.find('made-up', NOW)]);
  expect(found.map(({ kind }) => kind)).toEqual([...lookups.map(() => 'key'), 'unknown']);
  expect(state.requests).toBe(1);
});

test('during an outage without a set, lookups cause one fetch a second and none waits for ever', async () => {
  const { state, keys } = source(async () => {
    await sleep(30);
    return down();
  });
  const kinds = new Set<string>();
  for (let tenth = 0; tenth < 30; tenth += 1) {
    const at = secondsLater(tenth / 10);
    const found = await Promise.all(Array.from({ length: 20 }, () => keys.find('first', at)));
    for (const { kind } of found) kinds.add(kind);
  }
  expect([...kinds]).toEqual(['unavailable']);
  expect(state.requests).toBe(3);
});

test('a fetch whose request was aborted is replaced after a second, and those who wait get its keys', async () => {
  const { state, keys } = source(() => new Promise(() => {}));
  void keys.find('first', NOW);
  const waiting = keys.find('first', NOW);
  state.answer = serving(jwks(first));
  expect((await keys.find('first', secondsLater(1))).kind).toBe('key');
  expect((await waiting).kind).toBe('key');
  expect(state.requests).toBe(2);
});

test('a lookup that waits for a fetch that never ends is unavailable in the end', async () => {
  const fetch: FetchImplementation = () => new Promise(() => {});
  const keys = remoteKeys(URL, { fetch, timeoutMs: 100 });
  void keys.find('first', NOW);
  expect((await keys.find('first', NOW)).kind).toBe('unavailable');
});

test('a read times out when the server is silent or stops in the middle of its response', async () => {
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

test('a redirect is not followed on a real connection', async () => {
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
])('does not read keys from %s', async (url) => {
  const read = vi.spyOn(globalThis, 'fetch');
  onTestFinished(() => read.mockRestore());
  const simple = { JWKS_URL: url, TOKEN_ISSUER: ISSUER, TOKEN_AUDIENCE: AUDIENCE };
  const listed = { TOKEN_ISSUERS: JSON.stringify([{ issuer: ISSUER, audience: AUDIENCE, jwksUrl: url }]) };
  for (const env of [simple, listed]) {
    expect(wrongTokenSettings(env)).toEqual([expect.stringMatching(/an https URL without credentials/)]);
    const verified = await verifyAccessToken(await tokenOf(first), tokenSettings(env), NOW);
    expect(verified.kind).toBe('unavailable');
  }
  expect(read).not.toHaveBeenCalled();
});

test('a token is unavailable, not invalid, while the keys cannot be read', async () => {
  const { keys } = source(down);
  expect((await verifyAccessToken(await tokenOf(first), settingsOf(keys), NOW)).kind).toBe('unavailable');
});

test('an inline JWKS that is malformed makes every key unavailable', async () => {
  for (const text of ['', '{', '[]', 'null', '{"keys":1}', '{"keys":[null]}']) {
    expect((await inlineKeys(text).find('first', NOW)).kind).toBe('unavailable');
  }
});

test.each([
  ['no issuer', { JWKS: jwks(first), TOKEN_ISSUER: '', TOKEN_AUDIENCE: 'onceward' }],
  ['no audience', { JWKS: jwks(first), TOKEN_ISSUER: 'https://login.example.com/', TOKEN_AUDIENCE: '' }],
  ['no keys', { TOKEN_ISSUER: 'https://login.example.com/', TOKEN_AUDIENCE: 'onceward' }],
])('with %s configured, every token is unavailable', async (_, env) => {
  expect((await verifyAccessToken(await tokenOf(first), tokenSettings(env), NOW)).kind).toBe('unavailable');
});

test('a JWKS of exactly 128 KiB is read', async () => {
  const { keys } = source(serving(jwks(first).padEnd(MAX_JWKS_BYTES)));
  expect((await keys.find('first', NOW)).kind).toBe('key');
  expect(MAX_JWKS_BYTES).toBe(131_072);
});

test('a key ID that keys of two algorithms share is unusable', async () => {
  const other = await makeKey('ES256', 'first');
  for (const set of [jwks(first, other), jwks(other, first), jwks(first, other, first)]) {
    expect(await inlineKeys(set).find('first', NOW)).toEqual({
      kind: 'unusable',
      why: 'its key ID is used twice',
    });
  }
});

test.each([
  ['EdDSA', ['EdDSA', 'Ed25519']],
  ['ES256', ['ES256']],
  ['RS256', ['RS256']],
] as const)('a key for %s without "alg" verifies only %j', async (alg, algorithms) => {
  const keys = inlineKeys(jwks(await makeKey(alg, 'key', { alg: undefined })));
  expect(await keys.find('key', NOW)).toMatchObject({ kind: 'key', algorithms });
});
