// Sessions, cancellation, limits and allowed addresses of the local Neon endpoint.
import { NeonDbError, neon, neonConfig } from '@neondatabase/serverless';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startDatabase } from '../support/postgres.ts';

let database: Awaited<ReturnType<typeof startDatabase>>;
let sql: ReturnType<typeof neon<false, false>>;

beforeAll(async () => {
  // With one connection, each request uses the session of the previous one.
  database = await startDatabase({ maxConnections: 1, maxRequestBytes: 50_000, maxResponseBytes: 100_000 });
  neonConfig.fetchEndpoint = database.neon.url;
  sql = neon(database.url);
});
afterAll(() => database.stop());

const backend = async () => (await sql`select pg_backend_pid() as pid`)[0]?.pid;

test('reuses a connection, and no session state of the previous request remains', async () => {
  const before = await backend();
  await sql`set statement_timeout = '7s'`;
  await sql`create temp table leftovers (id int)`;
  await sql`select pg_advisory_lock(42)`;
  await sql`prepare leftover as select 1`;
  await sql`begin isolation level serializable`;
  const [row] = await sql`select pg_backend_pid() as pid, current_setting('statement_timeout') as timeout,
    to_regclass('leftovers') as leftovers, current_setting('transaction_isolation') as isolation,
    (select count(*)::int from pg_locks where locktype = 'advisory') as locks,
    (select count(*)::int from pg_prepared_statements where name = 'leftover') as prepared`;
  expect(row).toEqual({
    pid: before,
    timeout: '0',
    leftovers: null,
    isolation: 'read committed',
    locks: 0,
    prepared: 0,
  });
});

test('keeps the plans of PL/pgSQL functions between requests', async () => {
  await sql`create function twice(n int) returns int language plpgsql as $$ begin return (select n * 2); end $$`;
  for (let call = 0; call < 8; call++) await sql`select twice(${call})`;
  // Cached plans are kept in memory contexts of the session. DISCARD PLANS would have removed them.
  const [row] = await sql`select count(*)::int as plans from pg_backend_memory_contexts
    where name like 'CachedPlan%' and ident like '%n * 2%'`;
  expect(row?.plans).toBeGreaterThan(0);
});

test('cancels the running query when the caller aborts the request', async () => {
  const watcher = new pg.Client(database.url);
  await watcher.connect();
  const sleeping = async () => {
    const found = await watcher.query(
      `select 1 from pg_stat_activity where state = 'active' and query like '%pg_sleep(59)%' and pid <> pg_backend_pid()`,
    );
    return found.rowCount;
  };
  try {
    const abort = new AbortController();
    const query = sql.query('select pg_sleep(59)', [], { fetchOptions: { signal: abort.signal } });
    const outcome = expect(query).rejects.toBeInstanceOf(NeonDbError);
    await vi.waitFor(async () => expect(await sleeping()).toBe(1), { timeout: 5_000 });
    abort.abort();
    await outcome;
    await vi.waitFor(async () => expect(await sleeping()).toBe(0), { timeout: 5_000 });
  } finally {
    await watcher.end();
  }
  expect(await sql`select 1 as works`).toEqual([{ works: 1 }]);
});

test('rolls a batch back when the caller aborts it between two statements', async () => {
  await sql`create table half_done (id int)`;
  const abort = new AbortController();
  const batch = sql.transaction([sql`insert into half_done values (1)`, sql`select pg_sleep(59)`], {
    fetchOptions: { signal: abort.signal },
  });
  setTimeout(() => abort.abort(), 300);
  await expect(batch).rejects.toBeInstanceOf(NeonDbError);
  expect(await sql`select * from half_done`).toEqual([]);
});

test.each([
  ['another host', 'postgresql://u:p@db.example.com/app', /only talks to Postgres on this machine/],
  ['another address', 'postgresql://u:p@10.0.0.7:5432/app', /only talks to Postgres on this machine/],
  ['a host that only looks local', 'postgresql://u:p@127.0.0.1.example.com/app', /only talks to Postgres/],
])('rejects a connection string for %s', async (_, url, message) => {
  await expect(neon(url)`select 1`).rejects.toThrow(message);
});

test('answers a wrong password and an unknown role alike: status 400, an empty code, and no password', async () => {
  for (const [user, password] of [
    ['postgres', 'hunter2'],
    ['nobody', 'hunter2'],
  ] as const) {
    const wrong = Object.assign(new URL(database.url), { username: user, password });
    const refused = neon(wrong.href)`select 1`;
    await expect(refused).rejects.toMatchObject({ code: '' });
    await expect(refused).rejects.toThrow(`password authentication failed for user '${user}'`);
    await expect(refused).rejects.not.toThrow(/hunter2/);
  }
});

test('reports an unknown database with its SQLSTATE', async () => {
  const unknown = neon(database.postgres.superuserUrl('nowhere'));
  await expect(unknown`select 1`).rejects.toMatchObject({ code: '3D000' });
});

test('returns status 500 when Postgres cannot be reached', async () => {
  await expect(neon('postgresql://u:p@127.0.0.1:1/app')`select 1`).rejects.toThrow(
    /HTTP status 500\): .*Couldn't connect to compute node/,
  );
});

test('rejects a request over the size limit', async () => {
  await expect(sql`select length(${'x'.repeat(60_000)})`).rejects.toThrow(
    /HTTP status 413.*max is 50000 bytes/,
  );
  expect(await sql`select length(${'x'.repeat(40_000)}) as length`).toEqual([{ length: 40_000 }]);
});

test('rejects a response over the size limit, and serves the next request', async () => {
  await expect(sql`select repeat('x', 1000) from generate_series(1, 1000000)`).rejects.toThrow(
    /HTTP status 507/,
  );
  expect(await sql`select repeat('x', 90000) as text`).toHaveLength(1);
});

/** Starts a query that runs for a minute, calls `disturb` with the backend that runs it, and returns the response. */
async function responseTo(disturb: (watcher: pg.Client, pid: number) => unknown): Promise<Response> {
  const watcher = new pg.Client(database.url);
  watcher.on('error', () => {});
  await watcher.connect();
  const answer = fetch(database.neon.url, {
    method: 'POST',
    headers: { 'Neon-Connection-String': database.url, 'Neon-Raw-Text-Output': 'true' },
    body: JSON.stringify({ query: 'select pg_sleep(58)' }),
  });
  const pid = await vi.waitFor(async () => {
    const running = `select pid from pg_stat_activity where query like '%pg_sleep(58)%' and pid <> pg_backend_pid()`;
    const { rows } = await watcher.query(running);
    expect(rows).toHaveLength(1);
    return rows[0].pid as number;
  });
  await disturb(watcher, pid);
  await watcher.end();
  return answer;
}

test('returns the error of the server when an administrator terminates the session', async () => {
  const answer = await responseTo((watcher, pid) => watcher.query('select pg_terminate_backend($1)', [pid]));
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: '57P01', severity: 'FATAL' });
  expect(await sql`select 1 as works`).toEqual([{ works: 1 }]);
});

/** Neon words it in two ways. */
const LOST = /^(error communicating with the server: .*|connection closed)$/;

// This test is last, because the server ends all sessions when a backend is killed.
test('returns status 400 with an empty code, for an unknown outcome, when the connection is lost', async () => {
  const answer = await responseTo((_, pid) => process.kill(pid, 'SIGKILL'));
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: '', message: expect.stringMatching(LOST) });
  await vi.waitFor(async () => expect(await sql`select 1 as works`).toEqual([{ works: 1 }]), {
    timeout: 10_000,
  });
});
