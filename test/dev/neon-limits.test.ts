// What Neon's own proxy does and a local endpoint does only on request: a rate limit, no queue, few idle sessions, no
// cancellation; and its second try while Postgres starts.
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { neon, neonConfig } from '@neondatabase/serverless';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { RateLimit } from '../../dev/neon/rate-limit.ts';
import { type NeonEndpoint, type NeonEndpointOptions, startNeonEndpoint } from '../../dev/neon-endpoint.ts';
import { startDatabase } from '../support/postgres.ts';

let database: Awaited<ReturnType<typeof startDatabase>>;
let watcher: pg.Client;
let endpoint: NeonEndpoint;
/** Postgres accepts three connections of this role, and refuses the fourth with 53300. */
let narrowUrl: string;

beforeAll(async () => {
  database = await startDatabase();
  watcher = new pg.Client(database.url);
  await watcher.connect();
  await watcher.query(`create role narrow login password 'secret' connection limit 3`);
  await watcher.query('create table marks (name text); grant all on marks to narrow');
  const url = new URL(database.url);
  url.username = 'narrow';
  url.password = 'secret';
  narrowUrl = url.href;
});
afterEach(() => endpoint?.stop());
afterAll(async () => {
  await watcher.end();
  await database.stop();
});

async function open(options: NeonEndpointOptions) {
  endpoint = await startNeonEndpoint(options);
  neonConfig.fetchEndpoint = endpoint.url;
  return neon(narrowUrl);
}

const sessions = async () => {
  const { rows } = await watcher.query(
    `select count(*)::int as open from pg_stat_activity where usename = 'narrow'`,
  );
  return rows[0].open as number;
};

test('a rate limit admits a burst, then as many requests as drain, and does not count those that it refuses', () => {
  const limit = new RateLimit();
  const admitted = (now: number, requests: number) =>
    Array.from({ length: requests }, () => limit.admits(now)).filter(Boolean).length;
  expect(admitted(0, 1_000)).toBe(500);
  expect(admitted(100, 1_000)).toBe(20);
  expect(admitted(1_100, 1_000)).toBe(200);
  expect(admitted(60_000, 1_000)).toBe(500);
});

test('a request beyond the rate limit gets status 500 and never 429, and is not executed', async () => {
  const sql = await open({ rateLimit: { perSecond: 1, burst: 3 } });
  const attempts = ['a', 'b', 'c', 'd', 'e'].map(async (name) => sql`insert into marks values (${name})`);
  const refused = (await Promise.allSettled(attempts)).filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(2);
  for (const { reason } of refused as PromiseRejectedResult[])
    expect(String(reason)).toMatch(/HTTP status 500\): .*Too many connections to this endpoint/);
  await sleep(1_050);
  expect(await sql`select from marks`).toHaveLength(3);
});

test('an endpoint that queues makes a request wait for a session', async () => {
  const sql = await open({ maxConnections: 3 });
  const answers = await Promise.all(Array.from({ length: 6 }, () => sql`select pg_sleep(0.2)`));
  expect(answers).toHaveLength(6);
});

test('an endpoint that does not queue answers status 500 with 53300 where Postgres has no connection left', async () => {
  const sql = await open({ queues: false, maxConnections: 3 });
  const answers = await Promise.allSettled(Array.from({ length: 6 }, () => sql`select pg_sleep(0.5)`));
  const refused = answers.filter((answer) => answer.status === 'rejected');
  expect(refused).toHaveLength(3);
  for (const { reason } of refused) expect(String(reason)).toMatch(/HTTP status 500\): .*"code":"53300"/);
  expect(await sql`select 1 as works`).toEqual([{ works: 1 }]);
});

test('a session beyond the idle ones that are kept ends with its request', async () => {
  const sql = await open({ maxIdle: 1 });
  await Promise.all(Array.from({ length: 3 }, () => sql`select pg_sleep(0.2)`));
  await vi.waitFor(async () => expect(await sessions()).toBe(1), { timeout: 5_000 });
  await Promise.all(Array.from({ length: 3 }, () => sql`select 1`));
});

/** Starts an insert that takes half a second, and goes away before it ends. */
async function goAway(name: string): Promise<void> {
  const insert = 'insert into marks select $1::text from pg_sleep(0.5)';
  const abort = new AbortController();
  const query = neon(narrowUrl).query(insert, [name], { fetchOptions: { signal: abort.signal } });
  query.catch(() => {});
  const running = `select 1 from pg_stat_activity where usename = 'narrow' and state = 'active'`;
  await vi.waitFor(async () => expect((await watcher.query(running)).rowCount).toBe(1), { interval: 10 });
  abort.abort();
  await expect(query).rejects.toThrow();
  await vi.waitFor(async () => expect((await watcher.query(running)).rowCount).toBe(0), { interval: 10 });
}
const marked = async (name: string) =>
  (await watcher.query('select from marks where name = $1', [name])).rowCount;

test('an endpoint that cancels rolls the operation of a client back that went away', async () => {
  await open({});
  await goAway('cancelled');
  expect(await marked('cancelled')).toBe(0);
});

test('an endpoint that does not cancel commits the operation of a client that went away', async () => {
  await open({});
  endpoint.behaviour.cancels = false;
  await goAway('committed later');
  expect(await marked('committed later')).toBe(1);
});

/** A port in front of Postgres that refuses so many connections, as a server does while it starts. */
async function startingServer(refusals: number) {
  let refused = 0;
  const { port } = database.postgres;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    if (refused === refusals) {
      const upstream = connect(port, '127.0.0.1').on('error', () => socket.destroy());
      return void socket.pipe(upstream).pipe(socket);
    }
    refused += 1;
    const fields = Buffer.from('SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0');
    const length = Buffer.alloc(4);
    length.writeInt32BE(fields.length + 4);
    socket.once('data', () => socket.end(Buffer.concat([Buffer.from('E'), length, fields])));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(narrowUrl);
  url.port = String((server.address() as { port: number }).port);
  return { url: url.href, stop: () => server.close() };
}

test('a Postgres that starts gets one more try, and then the answer is status 500 with 57P03', async () => {
  await open({});
  const late = await startingServer(1);
  expect(await neon(late.url)`select 1 as works`).toEqual([{ works: 1 }]);
  late.stop();
  const later = await startingServer(2);
  await expect(neon(later.url)`select 1`).rejects.toThrow(/HTTP status 500\): .*"code":"57P03"/);
  later.stop();
});

test('options and application_name in the connection string are ignored', async () => {
  await open({});
  const url = new URL(narrowUrl);
  url.searchParams.set('options', '-c statement_timeout=7s');
  url.searchParams.set('application_name', 'mine');
  const [row] = await neon(url.href)`select current_setting('statement_timeout') as timeout,
    current_setting('application_name') as name`;
  expect(row).toEqual({ timeout: '0', name: '' });
});
