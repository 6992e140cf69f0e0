import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/ledger/database.ts';
import { encodeCursor } from '../../src/ledger/page.ts';
import { CLAIMS, readClaims } from '../../src/ledger/read-claims.ts';
import { type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';

let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnDatabase({ autovacuum: 'off' });
  ledger = openLedger(database);
}, 60_000);
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

const VERSIONS = 6_000;
const PLAYER = 'p-000';

/**
 * A past of two hundred players, written past the kernel: every version of the first one is either a claim of their own or
 * a transfer that another player made with them, by turns.
 */
const PAST = `
  WITH made AS (
    SELECT v, v % 2 = 0 AS own, 'p-' || lpad((1 + v % 199)::text, 3, '0') AS other FROM generate_series(1, ${VERSIONS}) AS v)
  INSERT INTO onceward.reward_claims (player_id, operation, claim_type, claim_key, idempotency_key, fingerprint, input, outcome,
    actor_kind, actor_id, config_version, correlation_id, player_version, balances_after, counterparty_id, counterparty_version,
    counterparty_balances_after, claimed_at)
  SELECT CASE WHEN own THEN '${PLAYER}' ELSE other END, 'any', CASE WHEN own THEN 'quest' ELSE 'transfer' END, 'key-' || v,
         'key-0000000000-' || v, 'f', '{}', 'granted', 'server', 's', 1, 'c-' || v, CASE WHEN own THEN v ELSE 100000 + v END, '{}',
         CASE WHEN NOT own THEN '${PLAYER}' END, CASE WHEN NOT own THEN v END, CASE WHEN NOT own THEN '{}'::jsonb END,
         '2026-01-01'::timestamptz + v * interval '1 second'
    FROM made`;

/** How many rows of the claims one page reads, whatever it finds. */
async function rowsRead(
  page: Parameters<typeof readClaims>[2],
): Promise<{ versions: number[]; rows: number }> {
  await ledger.owner.query('SELECT pg_stat_reset()');
  const session = new pg.Client({ connectionString: database.databaseUrl });
  await session.connect();
  const query = async (text: string, values: unknown[]) => (await session.query(text, values)).rows;
  const found = await readClaims(
    { sql: { query } } as unknown as Database,
    { kind: 'server', id: 'arena-1' },
    page,
  );
  await session.end();
  await sleep(200);
  const { rows } = await ledger.owner.query(
    `SELECT (idx_tup_fetch + seq_tup_read)::int AS rows FROM pg_stat_user_tables WHERE relname = 'reward_claims'`,
  );
  if (found.kind !== 'read') throw new Error('a server may read');
  return { versions: found.rows.map(({ playerVersion }) => playerVersion), rows: rows[0].rows };
}

const NO_FILTER = { resource: null, claimType: null, from: null, to: null };
const limit = 20;

test('a page of claims, made and received, reads two pages of rows at most, wherever in the history it begins', async () => {
  await ledger.owner.query(`INSERT INTO onceward.players (id, version) VALUES ('${PLAYER}', ${VERSIONS})`);
  await ledger.owner.query(PAST);
  await ledger.owner.query('VACUUM ANALYZE');
  const cursor = encodeCursor(CLAIMS, [3_000]);
  const down = (from: number) => Array.from({ length: limit }, (_, index) => from - index);
  for (const [page, versions] of [
    [{ limit, inverted: false }, down(VERSIONS)],
    [{ limit, inverted: false, after: cursor }, down(2_999)],
    [{ limit, inverted: true, before: cursor }, down(3_020).toReversed()],
    [{ limit, inverted: true }, down(limit).toReversed()],
  ] as const) {
    const read = await rowsRead({ playerId: PLAYER, filter: NO_FILTER, page });
    expect(read.versions).toEqual(versions);
    expect(read.rows).toBeLessThanOrEqual(2 * limit + 2);
  }
}, 60_000);

test('a moment is found by halving, among the versions of both kinds', async () => {
  const from = new Date(Date.parse('2026-01-01T00:00:00Z') + 5_990_000);
  const { versions, rows } = await rowsRead({
    playerId: PLAYER,
    filter: { ...NO_FILTER, from },
    page: { limit, inverted: false },
  });
  expect(versions).toEqual(Array.from({ length: 11 }, (_, index) => VERSIONS - index));
  // Two sides, each with the halving of its own and two look-ups a step.
  expect(rows).toBeLessThan(100);
});
