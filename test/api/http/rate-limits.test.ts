import { beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../../src/env.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { asPlayer, asServer, receiptOf } from '../../support/worker/client.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState } from '../../support/worker/ledger-state.ts';
import { catchLines, rawLines } from '../../support/worker/log-lines.ts';
import {
  type Answer,
  type Door,
  fresh,
  freshKey,
  playerToken,
  post,
  send,
  serverToken,
  staffToken,
} from '../../support/worker/service.ts';

beforeAll(async () => {
  await serveExample();
  catchLines();
});

/** The limits of wrangler.toml, in requests per ten seconds. */
const LIMITS = { player: 300, staff: 100, address: 50 } as const;

const PERIOD_MS = 10_000;

/** The limiter counts in fixed periods of the clock. What follows must not cross into the next one. */
async function periodBegins(): Promise<void> {
  const passed = Date.now() % PERIOD_MS;
  if (passed > 1_000) await new Promise((resolve) => setTimeout(resolve, PERIOD_MS - passed));
}

/** Sends requests until one is refused, at most what two periods allow. Returns the refused answers. */
async function flood(limit: number, request: () => Promise<Answer<unknown>>): Promise<Answer<unknown>[]> {
  await periodBegins();
  const answers: Answer<unknown>[] = [];
  for (let sent = 0; sent < 2 * limit + 50; sent += 50) {
    answers.push(...(await Promise.all(Array.from({ length: 50 }, request))));
    if (answers.at(-1)?.status === 429) break;
  }
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(limit / 2);
  return answers.filter(({ status }) => status === 429);
}

const floodWith = (token: string, limit: number) => flood(limit, () => send('{ __typename }', {}, { token }));
const statusFor = async (token?: string) => (await send('{ __typename }', {}, { token })).status;

describe('the rate limit', () => {
  it('gives a caller over the limit a retryable RATE_LIMITED before the database, and the key stays free', async () => {
    const playerId = fresh('player');
    const refused = await floodWith(await playerToken(playerId), LIMITS.player);
    expect(refused.length).toBeGreaterThan(0);
    expect(onlyError(refused[0] as Answer<unknown>)).toMatchObject({
      message: expect.stringMatching(/ten seconds.* same key/),
      extensions: { code: 'RATE_LIMITED', retryable: true },
    });
    expect(refused[0]?.headers.get('retry-after')).toBe('10');

    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const answer = await withoutDatabase(playerId, () => asPlayer(playerId).claimReward(input));
    expect([answer.status, onlyError(answer).extensions.code]).toEqual([429, 'RATE_LIMITED']);
    // The limit is the player's, whatever the token, and nobody else's.
    expect(await statusFor(await playerToken(playerId, 700))).toBe(429);
    expect(await statusFor(await playerToken(fresh('player')))).toBe(200);
    expect(await statusFor()).toBe(200);
    receiptOf(await asServer().claimReward({ ...input, playerId }));
    expect(await ledgerState(playerId)).toMatchObject({ granted: 1 });
  });

  it('allows a staff member fewer requests than a player', async () => {
    const refused = await floodWith(await staffToken(await addStaffMember(fresh('staff'))), LIMITS.staff);
    expect(refused.length).toBeGreaterThan(0);
    expect(await statusFor(await staffToken(await addStaffMember(fresh('staff'))))).toBe(200);
  });

  it('limits callers without a token by network address, before their body is parsed', async () => {
    const from = (address: string, token?: string) =>
      send('{ __typename }', {}, { token, headers: { 'cf-connecting-ip': address } });
    const network = `2001:db8:${(Math.random() * 0xffff).toString(16).slice(0, 3)}:7`;
    let hosts = 0;
    const another = () => {
      hosts += 1;
      return from(`${network}::${hosts.toString(16)}`);
    };
    // A subscriber has a whole network of IPv6 addresses.
    const refused = await flood(LIMITS.address, another);
    expect(onlyError(refused[0] as Answer<unknown>).extensions.code).toBe('RATE_LIMITED');
    const unparsed = await post('{ not JSON', { 'cf-connecting-ip': `${network}:1:2:3:4` });
    expect([unparsed.status, unparsed.headers.get('retry-after')]).toEqual([429, '10']);
    // A token that is refused is as good as none.
    expect((await from(`${network}::2`, 'no.such.token')).status).toBe(429);
    // Others, and callers with a token, are not affected.
    expect((await from('2001:db8:ffff:8::1')).status).toBe(200);
    expect((await from('192.0.2.7')).status).toBe(200);
    expect((await from(`${network}::1`, await playerToken(fresh('player')))).status).toBe(200);
  });
});

/** A limiter that allows this many operations. */
function limiterOf(allowed: number) {
  const keys: string[] = [];
  const limit = async ({ key }: { key: string }) => ({ success: keys.push(key) <= allowed });
  return { keys, binding: { limit } as RateLimit };
}

describe('what a rate limit counts', () => {
  const THREE = '{ a: me { id } b: me { id } ...C } fragment C on Query { __typename me { id } }';

  it.each<[string, string, number]>([
    ['one operation', '{ me { id } }', 1],
    ['three queries, aliased and in a fragment', THREE, 3],
    ['a query twice, which GraphQL merges', '{ me { id } me { version } }', 1],
    ['a query of two that runs', '{ me { id } b: me @skip(if: true) { id } }', 1],
    ['no operation', '{ __typename ... { a: __typename } }', 1],
  ])('is operations, and at least one for each request: %s', async (_, query, expected) => {
    const { keys, binding } = limiterOf(100);
    const door = doorTo(await coldWorker(), { PLAYER_RATE_LIMIT: binding });
    const playerId = fresh('player');
    const { errors } = await send(query, {}, { token: await playerToken(playerId), door });
    expect([errors, keys]).toEqual([undefined, Array(expected).fill(`player:${playerId}`)]);
  });

  it('refuses a request whose operations exceed the limit, and executes none of them', async () => {
    const { binding } = limiterOf(2);
    const door = doorTo(await coldWorker(), { PLAYER_RATE_LIMIT: binding });
    const playerId = fresh('player');
    const token = await playerToken(playerId);
    const answer = await withoutDatabase(playerId, () => send(THREE, {}, { token, door }));
    expect([answer.status, onlyError(answer).extensions.code]).toEqual([429, 'RATE_LIMITED']);
  });

  it('is operations of each game server only where SERVER_RATE_LIMIT is set', async () => {
    const { keys, binding } = limiterOf(1);
    const limited = doorTo(await coldWorker(), { SERVER_RATE_LIMIT: binding });
    const statusOf = async (name: string, door: Door) =>
      (await send('{ __typename }', {}, { token: await serverToken(name), door })).status;
    expect([await statusOf('arena-1', limited), await statusOf('arena-1', limited)]).toEqual([200, 429]);
    expect(keys).toEqual(['server:arena-1', 'server:arena-1']);
    const free = doorTo(await coldWorker(), {});
    expect([await statusOf('arena-1', free), await statusOf('arena-1', free)]).toEqual([200, 200]);
  });
});

describe('a rate limit that fails', () => {
  const refuse = () => Promise.reject(new Error('a secret of the binding'));
  const crash = () => {
    throw new TypeError('a secret of the binding');
  };
  const answerNothing = () => Promise.resolve(undefined);
  const hang = () => new Promise(() => {});
  const failures = () =>
    rawLines()
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === 'rate_limit_failed');

  it.each<[string, () => unknown, string]>([
    ['rejects', refuse, 'it failed'],
    ['throws', crash, 'it failed'],
    ['answers nothing', answerNothing, 'it failed'],
    ['hangs', hang, 'no answer within 250 ms'],
  ])('lets requests pass and is logged once in five seconds, if it %s', async (_, limit, why) => {
    const before = failures().length;
    const binding = { limit } as unknown as RateLimit;
    const bindings: Partial<Env> = { PLAYER_RATE_LIMIT: binding, ADDRESS_RATE_LIMIT: binding };
    const door = doorTo(await coldWorker(), bindings);
    const token = await playerToken(fresh('player'));
    const started = performance.now();
    const request = () => send('{ me { id } }', {}, { token, door });
    const answers = await Promise.all(Array.from({ length: 10 }, request));
    for (let count = 0; count < 5; count += 1) answers.push(await request());
    expect(answers.map(({ status, errors }) => [status, errors])).toEqual(Array(15).fill([200, undefined]));
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(failures().slice(before)).toEqual([
      { level: 'warn', correlationId: null, event: 'rate_limit_failed', binding: 'PLAYER_RATE_LIMIT', why },
    ]);
  });
});
