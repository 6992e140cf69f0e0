import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../cli/migrate.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';

let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnDatabase({ deadlock_timeout: '100ms' });
  ledger = openLedger(database);
}, 60_000);
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

test('migrating again and again while players play loses nothing and fails nobody', async () => {
  const players = Array.from({ length: 8 }, () => fresh('player'));
  const staff = await ledger.addStaff();
  let playing = true;
  const outcomes: Outcome[] = [];
  const player = async (index: number) => {
    const playerId = players[index % players.length] as string;
    await granted(ledger.commit(operation({ playerId })));
    while (playing) {
      const asked = operation({ playerId, postings: [give('gold', 1), give('gems', 1)] });
      outcomes.push(await ledger.commit(asked), await ledger.commit(asked));
      outcomes.push(await ledger.commit({ ...award(staff, 1, { defaultBudget: 1_000_000 }), playerId }));
    }
  };
  const game = Promise.all(Array.from({ length: 16 }, (_, index) => player(index)));
  try {
    for (let round = 0; round < 10; round++) {
      await migrate({ databaseUrl: database.ownerDatabaseUrl });
      await sleep(20);
    }
  } finally {
    playing = false;
    await game;
  }
  expect(outcomes.length).toBeGreaterThan(100);
  expect(outcomes.every(({ kind }) => kind === 'granted')).toBe(true);
  expect(await brokenInvariants(ledger.owner, players)).toEqual([]);
}, 60_000);

/** The locks that a writer takes, in its order; the migration starts when the writer has the first of them. */
const WRITERS: [string, string[]][] = [
  ['an operation', ['reward_claims', 'ledger_entries', 'audit_events']],
  ['somebody who publishes a config', ['balance_configs', 'audit_events']],
];

test.each(WRITERS)('a migration and %s cannot lock each other out', async (_, tables) => {
  const writer = new pg.Client({ connectionString: database.ownerDatabaseUrl });
  await writer.connect();
  const lock = (table: string) => writer.query(`LOCK TABLE onceward.${table} IN ROW EXCLUSIVE MODE`);
  const [first = '', ...rest] = tables;
  await writer.query('BEGIN');
  await lock(first);
  const migrated = migrate({ databaseUrl: database.ownerDatabaseUrl });
  await waitingForLock();
  for (const table of rest) await lock(table);
  await writer.query('COMMIT');
  await writer.end();
  await expect(migrated).resolves.toEqual({ applied: 0 });
});

async function waitingForLock(): Promise<void> {
  for (;;) {
    const { rowCount } = await ledger.owner.query(
      `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`,
    );
    if (rowCount) return;
    await sleep(10);
  }
}

test('sessions that are open during an upgrade use the new kernel at their next call', async () => {
  const session = await ledger.app.connect();
  const ask = async () =>
    (await session.query('SELECT onceward.commit_operation($1) AS outcome', [JSON.stringify(operation())]))
      .rows[0].outcome;
  expect(await ask()).toMatchObject({ kind: 'granted' });
  await ledger.owner.query(`CREATE OR REPLACE FUNCTION onceward.commit_operation(op jsonb) RETURNS jsonb
    LANGUAGE sql SECURITY DEFINER AS $$ SELECT '{"kind": "of another version"}'::jsonb $$`);
  expect(await ask()).toEqual({ kind: 'of another version' });
  await migrate({ databaseUrl: database.ownerDatabaseUrl });
  expect(await ask()).toMatchObject({ kind: 'granted' });
  session.release();
});
