import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation } from '../../src/domain/operation.ts';
import { commit as commitWith, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, LEVELS, operation, take } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { announcement, growing, quota, recovery, reversal, transfer } from '../support/ledger/systems.ts';

let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
beforeAll(async () => {
  // Nobody else's statistics, and nobody who refreshes them between two looks.
  database = await startOwnDatabase({ autovacuum: 'off' });
  ledger = openLedger(database);
}, 60_000);
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

const CALLS = 3_000;
/** Of a reversal: levels, what grows under a limit that it moves, and draws that are counted anew. */
const ALL_THAT_IT_READS = {
  milestones: [LEVELS],
  accruals: {
    charges: {
      initial: 5,
      regenerates: { everySeconds: 60, amount: 1, upTo: { base: 5, perUnit: 1, resource: 'gold' } },
    },
  },
  counters: ['pity'],
};

const reads = async () => {
  await sleep(200);
  const { rows } = await ledger.owner.query(
    `SELECT relname, seq_scan::int, n_tup_upd::int AS updates, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables
      WHERE schemaname = 'onceward'`,
  );
  return new Map(rows.map((row) => [row.relname as string, row]));
};

test('a session whose plans were made while the tables were tiny never scans them as they grow', async () => {
  const staff = await ledger.addStaff({ role: 'admin' });
  const playerId = fresh('player');
  const ofSystems = (from: string, to: string, call: number): Operation => {
    const asked = { playerId: from, type: 'chest', key: `chest-${call % 3_000}` };
    const kinds = [
      () => transfer(from, to, 1),
      () => announcement({ ...asked, key: `chest-${call + 30}` }),
      () => recovery(asked),
      () =>
        operation({
          playerId: from,
          postings: [growing(take('charges', 1))],
          quotas: [quota({ bound: CALLS })],
        }),
    ];
    return (kinds[Math.floor(call / 10) % kinds.length] ?? kinds[0])?.() as Operation;
  };
  // A session that lives on reports what it read up to ten seconds later: after the counters were set back.
  const first = new pg.Client({ connectionString: database.databaseUrl });
  await first.connect();
  await commitWith(first, operation({ playerId }));
  await commitWith(first, { ...award(staff, 1), playerId });
  await first.end();
  await sleep(200);
  await ledger.owner.query('VACUUM ANALYZE');
  await ledger.owner.query('SELECT pg_stat_reset()');

  const session = new pg.Client({ connectionString: database.databaseUrl });
  await session.connect();
  const players = Array.from({ length: 200 }, () => fresh('player'));
  let earlier = operation({ playerId });
  for (let call = 0; call < CALLS; call++) {
    const player = players[call % players.length] as string;
    const asked = {
      ...operation({
        playerId: player,
        postings: [give('gold', 1), give('experience', 20), give('pity', 1)],
        milestones: [LEVELS],
      }),
    };
    if (call % 10 === 3) await commitWith(session, earlier);
    else if (call % 10 === 5) await commitWith(session, { ...earlier, idempotencyKey: fresh('key') });
    else if (call % 10 === 7)
      await commitWith(session, { ...award(staff, 1, { defaultBudget: CALLS }), playerId: earlier.playerId });
    else if (call % 10 === 1)
      await commitWith(session, ofSystems(player, players[(call + 7) % players.length] as string, call));
    else {
      const outcome = await commitWith(session, asked);
      if (call % 100 === 0 && outcome.kind === 'granted')
        await commitWith(session, reversal(staff, outcome.claim, ALL_THAT_IT_READS));
      await session.query('SELECT onceward.preview_operation($1)', [JSON.stringify(asked)]);
      earlier = asked;
    }
  }
  await session.end();

  const tables = await reads();
  for (const [name, { seq_scan: scans }] of tables) expect([name, scans]).toEqual([name, 0]);
  // Nor does it take an index that only begins with the player: the look-up would read the player's whole history.
  const { rows: misused } = await ledger.owner.query(
    `SELECT idx_scan::int AS scans FROM pg_stat_user_indexes WHERE indexrelname = 'reward_claims_one_per_version'`,
  );
  expect(misused).toEqual([{ scans: 0 }]);
  // Rows that grow with the players are updated in place: no index of theirs is written.
  for (const [name, some] of [
    ['players', 100],
    ['balances', 100],
    ['staff_budget_days', 100],
    ['player_quotas', 10],
  ] as const) {
    const { updates, hot } = tables.get(name) ?? {};
    expect(updates, name).toBeGreaterThan(some);
    expect(hot / updates, `${name}: the share of updates in place`).toBeGreaterThan(0.9);
  }
}, 60_000);

test('finding a moment in a long ledger reads a handful of entries, not all', async () => {
  const playerId = fresh('player');
  const session = await ledger.app.connect();
  for (let call = 0; call < 500; call++)
    await commitWith(session, operation({ playerId, postings: [give('gold', 1)] }));
  session.release(true);
  await ledger.owner.query('SELECT pg_stat_reset()');

  const reader = new pg.Client({ connectionString: database.databaseUrl });
  await reader.connect();
  await reader.query(
    `SELECT onceward.player_version_at($1, now()), onceward.entry_sequence_at($1, 'gold', now())`,
    [playerId],
  );
  await reader.end();
  await sleep(200);
  const { rows } = await ledger.owner.query(
    `SELECT seq_scan::int, idx_tup_fetch::int FROM pg_stat_user_tables WHERE relname = 'ledger_entries'`,
  );
  expect(rows[0].seq_scan).toBe(0);
  expect(rows[0].idx_tup_fetch).toBeLessThan(40);
});
