import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type NeonEndpoint, startNeonEndpoint } from '../../dev/neon-endpoint.ts';
import { commitOperation } from '../../src/ledger/commit-operation.ts';
import { type Database, openDatabase } from '../../src/ledger/database.ts';
import { LedgerDefect, LedgerUnavailable } from '../../src/ledger/failures.ts';
import { commit as commitWith, openLedger } from '../support/ledger/ledger.ts';
import { give, operation, take } from '../support/ledger/operations.ts';

const { app, playerLedger } = openLedger();

/** An endpoint of this file's own, so that its faults meet nobody else's requests. */
let endpoint: NeonEndpoint;
let database: Database;
beforeAll(async () => {
  endpoint = await startNeonEndpoint();
  database = openDatabase({ databaseUrl: inject('databaseUrl'), endpoint: endpoint.url });
});
afterAll(() => endpoint?.stop());

const failure = (promise: Promise<unknown>): Promise<LedgerUnavailable | LedgerDefect> =>
  promise.then(
    () => expect.fail('it went well'),
    (error) => error,
  );

describe('over Neon’s HTTP endpoint', () => {
  test('one operation is one request with one statement, and its outcome arrives as the kernel gave it', async () => {
    const asked = operation({ postings: [give('gold', Number.MAX_SAFE_INTEGER), give('gems', 1)] });
    const requests = endpoint.traffic.watch(asked.idempotencyKey);
    const outcome = await commitOperation(database, asked);
    expect(endpoint.traffic.count(requests)).toBe(1);
    expect(outcome).toMatchObject({
      kind: 'granted',
      replayed: false,
      balances: { gold: Number.MAX_SAFE_INTEGER, gems: 1 },
    });
    expect({ ...outcome, replayed: true }).toEqual(await commitWith(app, asked));
  });

  test('a "no" is a value', async () => {
    expect(await commitOperation(database, operation({ postings: [take('gold', 1)] }))).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'insufficient_balance' },
    });
  });

  test('texts arrive as they were sent, whatever is in them', async () => {
    const text = `'; DROP TABLE onceward.players; -- "\\ \u{1F600} \u202e $1 %s \u0001`;
    const asked = operation({ reason: text, input: { type: text }, claimKey: text });
    expect(await commitOperation(database, asked)).toMatchObject({ claim: { reason: text, key: text } });
  });

  test.each([
    ['drop_before', 0],
    ['drop_after_commit', 1],
    ['reset_mid_body', 1],
  ] as const)('%s is "unavailable", and the same operation again tells the outcome', async (kind, done) => {
    const asked = operation();
    endpoint.faults.add({ kind, match: asked.idempotencyKey });
    expect(await failure(commitOperation(database, asked))).toBeInstanceOf(LedgerUnavailable);
    expect(await playerLedger(asked.playerId)).toMatchObject({ granted: done });
    expect(await commitOperation(database, asked)).toMatchObject({ kind: 'granted', replayed: done === 1 });
    expect(await playerLedger(asked.playerId)).toMatchObject({ version: 1, balances: { gold: 10 } });
  });

  test('a duplicated request has one effect, and its answer is the replay', async () => {
    const asked = operation();
    endpoint.faults.add({ kind: 'duplicate', match: asked.idempotencyKey });
    expect(await commitOperation(database, asked)).toMatchObject({ kind: 'granted', replayed: true });
    expect(await playerLedger(asked.playerId)).toMatchObject({ version: 1, granted: 1 });
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
  ])('SQLSTATE "%s" is "unavailable": the same key may be sent again', async (errorCode) => {
    const asked = operation();
    endpoint.faults.add({ kind: 'error', status: 400, errorCode, match: asked.idempotencyKey });
    const error = await failure(commitOperation(database, asked));
    expect(error).toBeInstanceOf(LedgerUnavailable);
    expect(error.sqlState).toBe(errorCode || 'no answer');
  });

  test('what should never have been sent is a defect, which names state and constraint and carries no data', async () => {
    const asked = operation({ idempotencyKey: 'secret key', reason: 'secret reason' });
    const error = await failure(commitOperation(database, asked));
    expect(error).toBeInstanceOf(LedgerDefect);
    expect(error.message).toBe('the database refused it (23514, idempotency_key_is_well_formed)');
    expect(JSON.stringify(error)).not.toContain('secret');
    expect(await playerLedger(asked.playerId)).toMatchObject({ version: null });
  });

  test('a wait past the lock_timeout is "unavailable"', async () => {
    const asked = operation();
    const client = await app.connect();
    await client.query('BEGIN');
    await commitWith(client, asked);
    expect(await failure(commitOperation(database, asked))).toMatchObject({ sqlState: '55P03' });
    await client.query('COMMIT');
    client.release();
    expect(await commitOperation(database, asked)).toMatchObject({ kind: 'granted', replayed: true });
  });
});
