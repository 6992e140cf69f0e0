// The benchmark's client of a Nakama server, against a loopback server that answers as the module in bench/peers/nakama does.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { nakama, parseNakamaUrl } from '../../bench/subjects/nakama.ts';

interface Call {
  readonly rpc: string;
  readonly query: URLSearchParams;
  readonly payload: Record<string, unknown>;
}

type Reply = { readonly status?: number; readonly body: object };

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

/** Answers account calls itself, and claims with `claim`. */
async function startServer(claim: (call: Call) => Reply) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://nakama');
    const payload = JSON.parse(await bodyOf(request)) as Record<string, unknown>;
    const call = { rpc: url.pathname.replace('/v2/rpc/', ''), query: url.searchParams, payload };
    calls.push(call);
    const isAccount = call.rpc === 'onceward_bench_player';
    const { status = 200, body } = isAccount
      ? { body: { user_id: `user of ${payload.custom_id}` } }
      : claim(call);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => void server.close().closeAllConnections());
  return { calls, port: (server.address() as AddressInfo).port };
}

const PAID = [
  { resource: 'auric_coins', before: 0, after: 2, delta: 2 },
  { resource: 'experience', before: 0, after: 60, delta: 60 },
  { resource: 'lumees', before: 0, after: 125, delta: 125 },
];
const granted = ({ payload }: Call): Reply => ({
  body: { replayed: false, key: payload.key, changes: PAID },
});

const { signal } = new AbortController();
const start = (port: number) =>
  nakama({ host: '127.0.0.1', port, httpKey: 'a key&' }, { series: 'series', signal, players: 5 });

test('accounts are created first, and every claim goes to the account of its player with the HTTP key', async () => {
  const { calls, port } = await startServer(granted);
  const subject = await start(port);
  expect(calls.map(({ rpc }) => rpc)).toEqual(Array(5).fill('onceward_bench_player'));
  expect(calls.map(({ payload }) => payload.custom_id).sort()).toEqual(
    [0, 1, 2, 3, 4].map((player) => `series-${player}`),
  );
  const timing = await subject.run({ connections: 2, requests: 20, signal });
  expect(timing.latenciesMs).toHaveLength(20);
  const claims = calls.slice(5);
  expect(claims.map(({ rpc }) => rpc)).toEqual(Array(20).fill('onceward_bench_claim'));
  expect(calls.every(({ query }) => query.get('http_key') === 'a key&' && query.has('unwrap'))).toBe(true);
  expect(new Set(claims.map(({ payload }) => payload.user_id)).size).toBe(5);
  expect(claims.every(({ payload }) => String(payload.user_id).startsWith('user of series-'))).toBe(true);
  for (const member of ['key', 'idempotency_key'])
    expect(new Set(claims.map(({ payload }) => payload[member])).size).toBe(20);
  expect(claims[0]?.payload).toMatchObject({ type: 'pvp_victory', facts: { rating_gap: 250 } });
});

describe('the run ends at', () => {
  test.each<[string, (call: Call) => Reply]>([
    ['a replay', (call) => ({ body: { ...granted(call).body, replayed: true } })],
    ['another claim', (call) => ({ body: { ...granted(call).body, key: 'another' } })],
    ['missing pay', (call) => ({ body: { ...granted(call).body, changes: PAID.slice(1) } })],
    [
      'wrong pay',
      (call) => ({ body: { ...granted(call).body, changes: PAID.map((paid) => ({ ...paid, delta: 1 })) } }),
    ],
    ['an error', () => ({ status: 500, body: { code: 13, message: 'error running multi update' } })],
  ])('%s', async (_, claim) => {
    let asked = 0;
    const { port } = await startServer((call) => (++asked === 3 ? claim(call) : granted(call)));
    const subject = await start(port);
    await expect(subject.run({ connections: 1, requests: 10, signal })).rejects.toThrow('Nakama answered');
    expect(asked).toBe(3);
  });
});

describe('the address', () => {
  test.each([
    ['http://127.0.0.1:7350', { host: '127.0.0.1', port: 7350, httpKey: 'defaulthttpkey' }],
    ['http://nakama.test', { host: 'nakama.test', port: 7350, httpKey: 'defaulthttpkey' }],
    ['http://127.0.0.1:8080/?http_key=a%26b', { host: '127.0.0.1', port: 8080, httpKey: 'a&b' }],
  ])('%s is understood', (text, server) => expect(parseNakamaUrl(text)).toEqual(server));

  test.each(['127.0.0.1:7350', 'https://127.0.0.1:7350', 'nakama'])('%s is refused', (text) =>
    expect(() => parseNakamaUrl(text)).toThrow('--nakama must be a URL'));
});
