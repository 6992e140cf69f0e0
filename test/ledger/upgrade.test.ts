import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../cli/migrate.ts';
import { CONTRACT_VERSION } from '../../src/ledger/kernel-contract.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import {
  commit as commitWith,
  granted,
  type Ledger,
  type LedgerOutcome,
  openLedger,
} from '../support/ledger/ledger.ts';
import { award, fresh, give, operation } from '../support/ledger/operations.ts';
import { startOwnServer } from '../support/ledger/own-database.ts';
import { sizeOf } from '../support/long-run.ts';

let database: Awaited<ReturnType<typeof startOwnServer>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnServer({ deadlock_timeout: '100ms' });
  ledger = openLedger(database);
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

test('migrations under load lose nothing and fail no operation', async () => {
  const players = Array.from({ length: 8 }, () => fresh('player'));
  const staff = await ledger.addStaff({ budget: 1_000_000 });
  let playing = true;
  const outcomes: LedgerOutcome[] = [];
  const play = async (index: number) => {
    const player = players[index % players.length] as string;
    await granted(ledger.commit(operation({ player })));
    while (playing) {
      const asked = operation({ player, postings: [give('gold', 1), give('gems', 1)] });
      outcomes.push(await ledger.commit(asked), await ledger.commit(asked));
      outcomes.push(await ledger.commit(award(staff, 1, {}, { player })));
    }
  };
  const game = Promise.all(Array.from({ length: 16 }, (_, index) => play(index)));
  try {
    for (let round = 0; round < sizeOf({ long: 10, short: 4 }); round++) {
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
});

/** The locks that a writer takes, in its order; the migration starts when the writer has the first of them. */
const WRITERS: [string, string[]][] = [
  ['an operation', ['reward_claims', 'ledger_entries', 'refusals', 'audit_events']],
  [
    'a publication',
    ['names', 'balance_configs', 'milestones', 'award_limits', 'staff_values', 'take_limits', 'audit_events'],
  ],
];

test.each(WRITERS)('a migration that creates the guards and %s never deadlock', async (_, tables) => {
  await forgetGuards();
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

test('a migration that changes nothing waits for no writer', async () => {
  const writer = new pg.Client({ connectionString: database.ownerDatabaseUrl });
  await writer.connect();
  await writer.query(
    'BEGIN; LOCK TABLE onceward.reward_claims, onceward.ledger_entries, onceward.audit_events IN ROW EXCLUSIVE MODE',
  );
  expect(await migrate({ databaseUrl: database.ownerDatabaseUrl })).toEqual({ applied: 0 });
  await writer.query('COMMIT');
  await writer.end();
});

/** The next migration creates the triggers of 90_guards.sql again. */
async function forgetGuards(): Promise<void> {
  await ledger.owner.query(`
    DO $$ DECLARE guard record; BEGIN
      FOR guard IN SELECT tgname, tgrelid::regclass AS "table" FROM pg_trigger WHERE tgname LIKE '%never%' OR tgname LIKE '%kept' LOOP
        EXECUTE format('COMMENT ON TRIGGER %I ON %s IS NULL', guard.tgname, guard."table");
      END LOOP; END $$`);
}

async function waitingForLock(): Promise<void> {
  for (;;) {
    const { rowCount } = await ledger.owner.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (rowCount) return;
    await sleep(10);
  }
}

test('sessions that are open during an upgrade use the new kernel from their next call on', async () => {
  const session = await ledger.app.connect();
  const send = () => commitWith(session, operation());
  expect(await send()).toMatchObject({ kind: 'granted' });
  await ledger.owner.query(`
    CREATE OR REPLACE FUNCTION onceward.commit_operations(contract integer, operations jsonb, held text[])
    RETURNS json LANGUAGE sql SECURITY DEFINER AS $$ SELECT '{"outcomes": [{"kind": "of another version"}]}'::json $$`);
  expect(await send()).toEqual({ kind: 'of another version' });
  await migrate({ databaseUrl: database.ownerDatabaseUrl });
  expect(await send()).toMatchObject({ kind: 'granted' });
  session.release();
});

test.each([
  CONTRACT_VERSION - 1,
  CONTRACT_VERSION + 1,
  null,
])('a Worker of contract %s is refused, with what to do', async (contract) => {
  const sent = ledger.app.query(`SELECT onceward.commit_operations($1, $2, '{}')`, [
    contract,
    JSON.stringify([operation()]),
  ]);
  await expect(sent).rejects.toMatchObject({
    code: '22023',
    message: expect.stringMatching(
      new RegExp(`speaks contract ${CONTRACT_VERSION}.*migrate before you deploy`),
    ),
  });
});
