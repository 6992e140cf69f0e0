import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { NEON_FAILURE_NAMES } from '../../dev/neon/failures.ts';
import { type NeonEndpoint, startNeonEndpoint } from '../../dev/neon-endpoint.ts';
import { encodeClaimId } from '../../src/domain/claim-id.ts';
import { NO_EFFECTS, type Operation } from '../../src/domain/operation.ts';
import { commitOperation, commitOperations, previewOperation } from '../../src/ledger/commit-operation.ts';
import { type Database, openDatabase } from '../../src/ledger/database.ts';
import { encodeOperation } from '../../src/ledger/encode-operation.ts';
import { LedgerDefect, LedgerUnavailable } from '../../src/ledger/failures.ts';
import { CONTRACT_VERSION } from '../../src/ledger/kernel-contract.ts';
import { commit as commitWith, openLedger } from '../support/ledger/ledger.ts';
import { fresh } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { standing } from '../support/ledger/standing.ts';

const { app, owner, playerLedger } = openLedger();

/** An endpoint of this file's own, so that its faults affect no other file's requests. */
let endpoint: NeonEndpoint;
let database: Database;
interface Current {
  readonly configVersion: number;
  readonly configSha256: string;
}
let current: Current;
async function currentConfig(client: pg.Pool): Promise<Current> {
  const { rows } = await client.query(
    `SELECT version AS "configVersion", sha256 AS "configSha256" FROM onceward.balance_configs WHERE effective_from <= clock_timestamp()
      ORDER BY effective_from DESC LIMIT 1`,
  );
  return rows[0];
}
beforeAll(async () => {
  endpoint = await startNeonEndpoint();
  database = openDatabase({ databaseUrl: inject('databaseUrl'), endpoint: endpoint.url });
  current = await currentConfig(owner);
});
afterAll(() => endpoint?.stop());

const gold = (delta: number, resource = 'gold') =>
  ({ resource, delta, floor: delta < 0 ? 0 : null, ceiling: null, atLimit: 'reject' }) as const;

/** As the domain makes it. `resources` follow from the postings. */
function operation(over: Partial<Operation> = {}): Operation {
  const complete: Operation = {
    ...NO_EFFECTS,
    name: 'claimReward',
    mode: 'commit',
    playerId: fresh('player'),
    createsPlayer: true,
    actor: { kind: 'server', id: 'arena-1' },
    permission: 'reward:claim',
    staff: null,
    claimType: 'quest',
    claimKey: fresh('quest'),
    idempotencyKey: fresh('key'),
    fingerprint: 'f'.repeat(64),
    input: { type: 'quest' },
    correlationId: '01900000-0000-7000-8000-000000000001',
    clientCorrelationId: null,
    ...current,
    postings: [gold(10)],
    ...over,
  };
  return { ...complete, resources: complete.postings.map(({ resource }) => resource) };
}

const commit = (sent: Operation) => commitOperation(database, sent, []);

const failureOf = (promise: Promise<unknown>): Promise<LedgerUnavailable | LedgerDefect> =>
  promise.then(
    () => expect.fail('it did not fail'),
    (error) => error,
  );

describe('over Neon’s HTTP endpoint', () => {
  test('one operation is one request, and its outcome arrives decoded', async () => {
    const sent = operation({ postings: [gold(Number.MAX_SAFE_INTEGER), gold(1, 'gems')] });
    const requests = endpoint.traffic.watch(sent.idempotencyKey);
    const outcome = await commit(sent);
    expect(endpoint.traffic.count(requests)).toBe(1);
    expect(outcome).toMatchObject({
      kind: 'granted',
      replayed: false,
      claim: { playerId: sent.playerId, configVersion: current.configVersion, playerVersion: 1 },
      changes: [
        { resource: 'gold', after: Number.MAX_SAFE_INTEGER, cause: 'operation' },
        { resource: 'gems', after: 1, cause: 'operation' },
      ],
      config: null,
    });
    const replay = await commitWith(app, encodeOperation(sent));
    if (replay.kind !== 'granted' || outcome.kind !== 'granted') throw new Error('not granted');
    expect(outcome.claim.id).toBe(encodeClaimId(replay.claim.handle, replay.claim.number));
    expect(await commit(sent)).toEqual({ ...outcome, replayed: true });
  });

  test('a batch is one request, and its outcomes arrive in the order of the operations', async () => {
    const sent = Array.from({ length: 10 }, () => operation());
    const requests = endpoint.traffic.watch(sent[0]?.idempotencyKey as string);
    const outcomes = await commitOperations(database, sent, []);
    expect(endpoint.traffic.count(requests)).toBe(1);
    expect(outcomes.map((outcome) => outcome.kind === 'granted' && outcome.claim.playerId)).toEqual(
      sent.map(({ playerId }) => playerId),
    );
  });

  test('a preview is one request and writes nothing', async () => {
    const sent = operation();
    const requests = endpoint.traffic.watch(sent.playerId);
    expect(await previewOperation(database, sent, [])).toMatchObject({
      kind: 'preview',
      playerVersion: 0,
      changes: [{ resource: 'gold', after: 10 }],
    });
    expect(endpoint.traffic.count(requests)).toBe(1);
    expect(await playerLedger(sent.playerId)).toMatchObject({ version: null, granted: 0, rejected: 0 });
  });

  test('a rejection is a value, not an error', async () => {
    const sent = operation({ postings: [gold(-1)] });
    expect(await commit(sent)).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'insufficient_balance' },
    });
    expect(await playerLedger(sent.playerId)).toMatchObject({ version: null, balances: {}, rejected: 1 });
  });

  test('without a config the outcome is the current one with its document', async () => {
    const sent = operation({ mode: 'lookup', configVersion: null, configSha256: null, postings: [] });
    expect(await commit(sent)).toEqual({
      kind: 'stale_config',
      current: {
        version: current.configVersion,
        sha256: current.configSha256,
        document: expect.objectContaining({ resources: expect.any(Object) }),
      },
    });
    expect(await commitOperation(database, sent, [current.configSha256])).toMatchObject({
      kind: 'stale_config',
      current: { version: current.configVersion, document: null },
    });
    expect(await playerLedger(sent.playerId)).toMatchObject({ version: null, granted: 0, rejected: 0 });
  });

  test('texts arrive as they were sent, whatever characters they hold', async () => {
    const text = `'; DROP TABLE onceward.players; -- "\\ \u{1F600} \u202e $1 %s \u0001`;
    const sent = operation({ reason: text, input: { type: text }, claimKey: text });
    expect(await commit(sent)).toMatchObject({ claim: { reason: text, key: text } });
  });

  test.each([
    ['drop_before', 0],
    ['drop_after_commit', 1],
    ['reset_mid_body', 1],
  ] as const)('%s makes the ledger unavailable, and the same operation again returns the outcome', async (kind, done) => {
    const sent = operation();
    endpoint.faults.add({ kind, match: sent.idempotencyKey });
    expect(await failureOf(commit(sent))).toBeInstanceOf(LedgerUnavailable);
    expect(await playerLedger(sent.playerId)).toMatchObject({ granted: done });
    expect(await commit(sent)).toMatchObject({ kind: 'granted', replayed: done === 1 });
    expect(await playerLedger(sent.playerId)).toMatchObject({ version: 1, balances: { gold: 10 } });
  });

  test('a duplicated request has one effect, and its answer is the replay', async () => {
    const sent = operation();
    endpoint.faults.add({ kind: 'duplicate', match: sent.idempotencyKey });
    expect(await commit(sent)).toMatchObject({ kind: 'granted', replayed: true });
    expect(await playerLedger(sent.playerId)).toMatchObject({ version: 1, granted: 1 });
  });

  test.each([
    '40001',
    '40P01',
    '55P03',
    '57014',
    '57P01',
    '53300',
    '08006',
    '58000',
    '',
  ])('SQLSTATE "%s" makes the ledger unavailable: the same key may be sent again', async (errorCode) => {
    const sent = operation();
    endpoint.faults.add({ kind: 'error', status: 400, errorCode, match: sent.idempotencyKey });
    const error = await failureOf(commit(sent));
    expect(error).toBeInstanceOf(LedgerUnavailable);
    expect(error).toMatchObject({ why: errorCode || 'connection' });
    expect(await playerLedger(sent.playerId)).toMatchObject({ version: null });
  });

  test.each(
    NEON_FAILURE_NAMES,
  )('when Neon answers %s nothing moves, the failure has a class, and the same key is granted afterwards', async (failure) => {
    const sent = operation();
    endpoint.faults.add({ kind: 'neon', failure, match: sent.idempotencyKey });
    const error = await failureOf(commit(sent));
    expect(error).toBeInstanceOf(LedgerUnavailable);
    expect(error).toMatchObject({ failure: expect.stringMatching(/^[a-z_]+(500)?$/) });
    expect(await playerLedger(sent.playerId)).toMatchObject({ version: null, granted: 0, rejected: 0 });
    expect(await commit(sent)).toMatchObject({ kind: 'granted', replayed: false });
  });

  test.each([
    ['a wrong password', { password: 'wrong' }, 'refused'],
    ['an unknown role', { username: 'nobody' }, 'refused'],
    ['an unknown database', { pathname: '/nowhere' }, '3D000'],
    ['a Postgres that cannot be reached', { port: '1' }, 'http_500'],
  ])('%s makes the ledger unavailable, and is no defect', async (_, change, why) => {
    const databaseUrl = Object.assign(new URL(inject('databaseUrl')), change).href;
    const sent = operation();
    const other = openDatabase({ databaseUrl, endpoint: endpoint.url });
    const error = await failureOf(commitOperation(other, sent, []));
    expect(error).toBeInstanceOf(LedgerUnavailable);
    expect(error).toMatchObject({ why, failure: why === '3D000' ? 'refused' : why });
    expect(await playerLedger(sent.playerId)).toMatchObject({ version: null, granted: 0 });
  });

  test.concurrent('a compute that takes five seconds to start is waited for', async () => {
    const sent = operation();
    endpoint.faults.add({ kind: 'delay', delayMs: 5_000, match: sent.idempotencyKey });
    expect(await commit(sent)).toMatchObject({ kind: 'granted', replayed: false });
  });

  test.concurrent('a compute that takes longer than ten seconds makes the ledger unavailable by a time-out', async () => {
    const sent = operation();
    endpoint.faults.add({ kind: 'delay', delayMs: 11_000, match: sent.idempotencyKey });
    expect(await failureOf(commit(sent))).toMatchObject({ why: 'timeout', failure: 'timeout' });
    expect(await playerLedger(sent.playerId)).toMatchObject({ version: null, granted: 0 });
    expect(await commit(sent)).toMatchObject({ kind: 'granted', replayed: false });
  });

  test('an operation that Neon commits after its client is gone is replayed to the retry', async () => {
    // Where a session waits until the client is gone, however busy the machine is.
    const own = await startOwnDatabase({ lock_timeout: '60s', statement_timeout: '60s' });
    const ledger = openLedger(own);
    const uncancelled = await startNeonEndpoint({ cancels: false });
    const reads = openDatabase({ databaseUrl: own.databaseUrl, endpoint: endpoint.url });
    const config = await currentConfig(ledger.owner);
    const earlier = operation(config);
    await commitOperation(reads, earlier, []);
    const sent = operation({ ...config, playerId: earlier.playerId });
    const holder = await ledger.owner.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM onceward.actors WHERE id = $1 AND kind = 1 FOR UPDATE', [sent.playerId]);
    const gone = new AbortController();
    const lost = fetch(uncancelled.url, {
      method: 'POST',
      headers: { 'Neon-Connection-String': own.databaseUrl, 'Neon-Raw-Text-Output': 'true' },
      body: JSON.stringify({
        query: 'SELECT onceward.commit_operations($1::integer, $2::jsonb, $3::text[])',
        params: [CONTRACT_VERSION, JSON.stringify([encodeOperation(sent)]), []],
      }),
      signal: gone.signal,
    });
    const holderPid = (await holder.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
    const waiting = async () => {
      const { rows } = await ledger.owner.query(
        'SELECT FROM pg_stat_activity a WHERE $1 = ANY (pg_blocking_pids(a.pid))',
        [holderPid],
      );
      expect(rows).toHaveLength(1);
    };
    void vi.waitFor(waiting, { timeout: 20_000, interval: 20 }).then(() => gone.abort());
    await expect(lost).rejects.toThrow(/abort/);
    expect(await ledger.playerLedger(sent.playerId)).toMatchObject({ version: 1, granted: 1 });
    await holder.query('COMMIT');
    holder.release();
    await vi.waitFor(
      async () => expect(await ledger.playerLedger(sent.playerId)).toMatchObject({ granted: 2 }),
      { timeout: 20_000 },
    );
    expect(await commitOperation(reads, sent, [])).toMatchObject({ kind: 'granted', replayed: true });
    await uncancelled.stop();
    await ledger.close();
  });

  test('an answer beyond the limit of Neon is known as such', async () => {
    const sent = operation();
    endpoint.faults.add({ kind: 'error', status: 507, errorCode: '', match: sent.idempotencyKey });
    expect(await failureOf(commit(sent))).toMatchObject({ why: 'an answer too large for Neon' });
  });

  test('an operation that the kernel’s types refuse is a defect, which names the constraint and carries no data', async () => {
    const sent = operation({ idempotencyKey: 'secret key of a player', reason: 'secret reason' });
    const error = await failureOf(commit(sent));
    expect(error).toBeInstanceOf(LedgerDefect);
    expect(error.message).toBe('the database refused it (23514, idempotency_key_is_well_formed)');
    expect(JSON.stringify(error)).not.toContain('secret');
    expect(await playerLedger(sent.playerId)).toMatchObject({ version: null, rejected: 0 });
  });

  test('a wait longer than the lock_timeout makes the ledger unavailable', async () => {
    const earlier = operation();
    await commit(earlier);
    const sent = operation({ playerId: earlier.playerId });
    const before = await standing(owner, sent.playerId);
    const client = await app.connect();
    await client.query('BEGIN');
    await commitWith(client, encodeOperation(sent));
    expect(await failureOf(commit(sent))).toMatchObject({ why: '55P03' });
    expect(await standing(owner, sent.playerId)).toEqual(before);
    await client.query('COMMIT');
    client.release();
    expect(await commit(sent)).toMatchObject({ kind: 'granted', replayed: true });
  });
});
