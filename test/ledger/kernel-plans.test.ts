// The kernel reads a few rows of an index for each operation, however much the tables have grown since its plans were made.
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONTRACT_VERSION } from '../../src/ledger/kernel-contract.ts';
import { commit as commitWith, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { type Config, sendMixed } from '../support/ledger/mixed-calls.ts';
import { award, fresh, give, operation } from '../support/ledger/operations.ts';
import { connectTo, startOwnServer, stopAutovacuum } from '../support/ledger/own-database.ts';
import { sizeOf } from '../support/long-run.ts';

/**
 * A server of this file's own: nobody else changes its statistics, and no transaction of another file keeps dead rows, which would
 * leave no room for updates in place.
 */
let database: Awaited<ReturnType<typeof startOwnServer>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnServer();
  ledger = openLedger(database);
  await stopAutovacuum(ledger.owner);
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

describe('the kernel', () => {
  const CALLS = sizeOf({ long: 2_000, short: 1_200 });
  /** Of one row, which is read whole. */
  const OF_ONE_ROW = ['settings'];
  const players = Array.from({ length: 200 }, () => fresh('player'));

  async function sendBatches(session: pg.Client, config: Config): Promise<void> {
    for (let call = 0; call < 10; call++) {
      const batch = Array.from({ length: 50 }, (_, index) => ({
        ...operation({ player: players[(call * 50 + index) % players.length] as string }),
        ...config,
      }));
      await session.query(`SELECT onceward.commit_operations($1, $2, '{}')`, [
        CONTRACT_VERSION,
        JSON.stringify(batch),
      ]);
    }
  }

  async function expectFewReads(): Promise<void> {
    const { rows: tables } = await ledger.owner.query(
      `SELECT relname AS name, seq_scan::int AS scans, n_tup_upd::int AS updates, n_tup_hot_upd::int AS hot
         FROM pg_stat_user_tables WHERE schemaname = 'onceward'`,
    );
    const scanned = tables.filter(({ name, scans }) => scans > 0 && !OF_ONE_ROW.includes(name));
    expect(scanned.map(({ name, scans }) => [name, scans])).toEqual([]);
    // A look-up reads what it looks for. With an index that only begins with the player, it would read the whole history.
    const { rows: indexes } = await ledger.owner.query(
      `SELECT indexrelname AS name, idx_scan::int AS lookups, idx_tup_read::int AS read FROM pg_stat_user_indexes
        WHERE schemaname = 'onceward' AND relname IN ('reward_claims', 'refusals', 'actors', 'balances', 'source_keys')`,
    );
    const wasteful = indexes.filter(({ lookups, read }) => read > 4 * lookups + 100);
    expect(wasteful).toEqual([]);
    // Rows that grow with the players are updated in place, without writing an index.
    for (const [name, some] of [
      ['actors', 100],
      ['balances', 100],
      ['limit_counters', 100],
    ] as const) {
      const { updates, hot } = tables.find((table) => table.name === name) ?? {};
      expect(updates, name).toBeGreaterThan(some);
      expect(hot / updates, `${name}: the share of updates in place`).toBeGreaterThan(0.9);
    }
  }

  test('never scans a table in a session whose plans were made while the tables were small', async () => {
    // A session that lives on reports what it read up to ten seconds later: after the statistics were reset.
    const first = await connectTo(database.databaseUrl);
    const { rows: configs } = await first.query(
      `SELECT version AS config_version, sha256 AS config_sha256 FROM onceward.balance_configs`,
    );
    const config = configs[0] as Config;
    const staff = await ledger.addStaff({ role: 'admin', budget: CALLS });
    const player = fresh('player');
    await commitWith(first, { ...operation({ player }), ...config });
    await commitWith(first, { ...award(staff, 1), player, ...config });
    await first.end();
    await sleep(200);
    await ledger.owner.query('VACUUM ANALYZE');
    await ledger.owner.query('SELECT pg_stat_reset()');

    const session = await connectTo(database.databaseUrl);
    await sendMixed(session, { config, staff, players, calls: CALLS });
    // On plans of their own.
    await sendBatches(session, config);
    await session.end();
    await sleep(200);
    await expectFewReads();
  }, 180_000);

  test('finds a moment in a long history with a few look-ups', async () => {
    const player = fresh('player');
    const session = await ledger.app.connect();
    for (let call = 0; call < 300; call++)
      await commitWith(session, operation({ player, postings: [give('gold', 1)] }));
    session.release(true);
    await sleep(200);
    await ledger.owner.query('SELECT pg_stat_reset()');
    const reader = await connectTo(database.databaseUrl);
    await reader.query(
      `SELECT onceward.claim_number_at(a.no, now()), onceward.entry_sequence_at(a.no, r.no, now())
         FROM onceward.actors a, onceward.names r WHERE (a.id, a.kind) = ($1, 1) AND (r.name, r.kind) = ('gold', 1)`,
      [player],
    );
    await reader.end();
    await sleep(200);
    const { rows } = await ledger.owner.query(
      `SELECT relname AS name, seq_scan::int AS scans, idx_tup_fetch::int AS rows FROM pg_stat_user_tables
        WHERE relname IN ('reward_claims', 'ledger_entries') ORDER BY relname`,
    );
    for (const { name, scans, rows: fetched } of rows) {
      expect([name, scans]).toEqual([name, 0]);
      expect(fetched, name).toBeLessThan(50);
    }
  });
});
