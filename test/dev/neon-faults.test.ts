// Fault rules: the effect of each kind on the database and on the caller.
import { NeonDbError, neon, neonConfig } from '@neondatabase/serverless';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { NEON_FAILURES, type NeonFailureName } from '../../dev/neon/failures.ts';
import type { FaultRule } from '../../dev/neon/faults.ts';
import { startDatabase } from '../support/postgres.ts';

let database: Awaited<ReturnType<typeof startDatabase>>;
let sql: ReturnType<typeof neon<false, false>>;
let faults: typeof database.neon.faults;

beforeAll(async () => {
  database = await startDatabase();
  faults = database.neon.faults;
  neonConfig.fetchEndpoint = database.neon.url;
  sql = neon(database.url);
  await sql`create table grants (claim text)`;
});
afterAll(() => database.stop());

const grant = (claim: string) => sql`insert into grants values (${claim})`;
const granted = async (claim: string) => (await sql`select from grants where claim = ${claim}`).length;

/** Breaks the INSERT and not the SELECT that checks its effect. */
async function broken(kind: FaultRule['kind'], claim: string, more: Partial<FaultRule> = {}) {
  faults.add({ kind, match: `insert into grants values ($1)","params":["${claim}"]`, ...more });
  return grant(claim).then(
    () => 'answered',
    (error: unknown) => error,
  );
}

test('drop_before: the caller gets no response and the request is not executed', async () => {
  expect(await broken('drop_before', 'a')).toBeInstanceOf(NeonDbError);
  expect(await granted('a')).toBe(0);
  await grant('a');
  expect(await granted('a')).toBe(1);
});

test('drop_after_commit: the caller gets no response and the request is committed', async () => {
  const error = await broken('drop_after_commit', 'b');
  expect(error).toBeInstanceOf(NeonDbError);
  expect(String(error)).toMatch(/Error connecting to database/);
  expect(await granted('b')).toBe(1);
});

test('drop_after_commit also works for a batch', async () => {
  faults.add({ kind: 'drop_after_commit', match: 'batch-claim' });
  await expect(sql.transaction([grant('batch-claim'), sql`select 1`])).rejects.toBeInstanceOf(NeonDbError);
  expect(await granted('batch-claim')).toBe(1);
});

test('reset_mid_body: the caller gets status 200 and an incomplete body, and the request is committed', async () => {
  faults.add({ kind: 'reset_mid_body', match: '"half-claim"' });
  const answer = await fetch(database.neon.url, {
    method: 'POST',
    headers: { 'Neon-Connection-String': database.url, 'Neon-Raw-Text-Output': 'true' },
    body: JSON.stringify({ query: 'insert into grants values ($1)', params: ['half-claim'] }),
  });
  expect(answer.status).toBe(200);
  await expect(answer.json()).rejects.toThrow();
  expect(await granted('half-claim')).toBe(1);
});

test('delay: the response is sent after the delay', async () => {
  const started = performance.now();
  expect(await broken('delay', 'c', { delayMs: 250 })).toBe('answered');
  expect(performance.now() - started).toBeGreaterThanOrEqual(245);
  expect(await granted('c')).toBe(1);
});

test('delay: a request is answered when its rule is removed', async () => {
  const id = faults.add({ kind: 'delay', match: '"released"', delayMs: 60_000 });
  const answered = grant('released').then(() => 'answered');
  await vi.waitFor(() => expect(faults.remaining(id)).toBe(0));
  expect(faults.remove(id)).toBe(true);
  expect(await answered).toBe('answered');
  expect(await granted('released')).toBe(1);
});

test('delay: a request that is aborted during the delay is not executed', async () => {
  faults.add({ kind: 'delay', match: '"impatient"', delayMs: 500 });
  const query = sql.query('insert into grants values ($1)', ['impatient'], {
    fetchOptions: { signal: AbortSignal.timeout(100) },
  });
  await expect(query).rejects.toBeInstanceOf(NeonDbError);
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(await granted('impatient')).toBe(0);
});

test('duplicate: the request is executed twice and the caller gets one response', async () => {
  expect(await broken('duplicate', 'd')).toBe('answered');
  expect(await granted('d')).toBe(2);
});

test('error: the response has the chosen code or status and the request is not executed', async () => {
  expect(await broken('error', 'e', { errorCode: '40001' })).toMatchObject({
    code: '40001',
    severity: 'ERROR',
  });
  expect(await broken('error', 'e', { errorCode: '' })).toMatchObject({ code: '' });
  expect(String(await broken('error', 'e', { status: 503 }))).toMatch(/HTTP status 503/);
  expect(await granted('e')).toBe(0);
});

test.each(
  Object.entries(NEON_FAILURES).filter(([, failure]) => !('waitMs' in failure)),
)('neon: %s has the status and the body of Neon, and the request is not executed', async (failure, expected) => {
  faults.add({ kind: 'neon', failure: failure as NeonFailureName, match: '"refused"' });
  const answer = await fetch(database.neon.url, {
    method: 'POST',
    headers: { 'Neon-Connection-String': database.url, 'Neon-Raw-Text-Output': 'true' },
    body: JSON.stringify({ query: 'insert into grants values ($1)', params: ['refused'] }),
  });
  const { status, ...fields } = expected;
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ code: '', severity: '', ...fields, detail: null });
  expect(await granted('refused')).toBe(0);
});

test('neon: maintenance is answered after Neon itself has tried for more than four seconds', async () => {
  const started = performance.now();
  expect(String(await broken('neon', 'm', { failure: 'maintenance' }))).toMatch(/HTTP status 500/);
  expect(performance.now() - started).toBeGreaterThanOrEqual(4_390);
  expect(await granted('m')).toBe(0);
});

test('a rule breaks the given number of matching requests and no others', async () => {
  const id = faults.add({ kind: 'drop_before', match: '"f"', times: 2 });
  await grant('not f');
  expect(faults.remaining(id)).toBe(2);
  await expect(grant('f')).rejects.toThrow();
  await expect(grant('f')).rejects.toThrow();
  await grant('f');
  expect(faults.remaining(id)).toBe(0);
});

test('a counter counts the requests that contain a text from its start on, including dropped ones', async () => {
  await grant('g');
  const id = database.neon.traffic.watch('"g"');
  await broken('drop_before', 'g');
  await grant('g');
  await grant('h');
  expect(database.neon.traffic.count(id)).toBe(2);
});

test('rules and counters can be controlled over HTTP', async () => {
  const call = async (method: string, path: string, body?: object) => {
    const headers = { 'content-type': 'application/json' };
    const init = body ? { method, headers, body: JSON.stringify(body) } : { method };
    const answer = await fetch(`${database.neon.controlUrl}/${path}`, init);
    const json = (await answer.json()) as Record<string, unknown>;
    return { ...json, status: answer.status, id: json.id };
  };
  const { id: counter } = await call('POST', 'traffic', { match: '"remote"' });
  const { id } = await call('POST', 'faults', { kind: 'drop_before', match: '"remote"', times: 2 });
  await expect(grant('remote')).rejects.toThrow();
  expect(await call('GET', `faults/${id}`)).toMatchObject({ remaining: 1 });
  expect(await call('DELETE', `faults/${id}`)).toMatchObject({ status: 200 });
  await grant('remote');
  expect(await call('GET', `traffic/${counter}`)).toMatchObject({ requests: 2 });
  expect(await call('DELETE', `traffic/${counter}`)).toMatchObject({ status: 200 });
  expect(await call('GET', `traffic/${counter}`)).toMatchObject({ status: 404 });

  await call('POST', 'faults', { kind: 'drop_before', match: '"remote"' });
  await call('DELETE', 'faults');
  await grant('remote');
});

test('a rule without a match, of an unknown kind, or with the content type of a web page is rejected', async () => {
  const add = (body: object, type = 'application/json') =>
    fetch(`${database.neon.controlUrl}/faults`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(body),
    });
  expect((await add({ kind: 'drop_before' })).status).toBe(400);
  expect((await add({ kind: 'drop_before', match: '' })).status).toBe(400);
  expect((await add({ kind: 'explode', match: 'x' })).status).toBe(400);
  expect((await add({ kind: 'neon', match: 'x' })).status).toBe(400);
  expect((await add({ kind: 'error', failure: 'rate_limited', match: 'x' })).status).toBe(400);
  expect((await add({ kind: 'drop_before', match: 'x' }, 'text/plain')).status).toBe(415);
  expect(await sql`select 1 as works`).toEqual([{ works: 1 }]);
});
