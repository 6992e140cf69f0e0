// Readers of events miss none, whatever happens between two statements of a migration or within one of theirs.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { economyOf } from '../support/ledger/economy.ts';
import { openEvents } from '../support/ledger/events.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { operation } from '../support/ledger/operations.ts';
import { startOwnServer } from '../support/ledger/own-database.ts';

/** A server of this file's own: events wait for the transactions of all databases of a server. */
let server: Awaited<ReturnType<typeof startOwnServer>>;
let ledger: Ledger;
let { read, since } = {} as ReturnType<typeof openEvents>;
beforeAll(async () => {
  server = await startOwnServer();
  ledger = openLedger(server);
  ({ read, since } = openEvents(ledger.app));
});
afterAll(async () => {
  await ledger?.close();
  await server?.stop();
});

/** Resolves when so many backends wait for a lock. */
const waiting = (count = 1) =>
  expect
    .poll(async () => {
      const { rows } = await ledger.owner.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows.length;
    })
    .toBe(count);

test('events are read that were written while a migration looked for those of a restored dump', async () => {
  await granted(ledger.commit(operation()));
  const { end } = await since(null);
  const { rollUp } = economyOf(ledger);
  const rolling = await ledger.app.connect();
  await rolling.query('BEGIN');
  await granted(ledger.commit(operation()));
  await rollUp(5_000, rolling);
  const adopting = ledger.owner.query('SELECT onceward.adopt_restored_events() AS adopted');
  await waiting();
  await granted(ledger.commit(operation()));
  await granted(ledger.commit(operation()));
  await rolling.query('COMMIT');
  rolling.release();
  const { rows } = await adopting;
  expect((await since(end)).events).toHaveLength(3);
  expect(rows).toEqual([{ adopted: false }]);
});

test('a page that waits while its events are removed says so, and does not leave them out', async () => {
  const rotate = 'SELECT onceward.rotate_outbox(pg_snapshot_xmin(pg_current_snapshot())) AS rotated';
  const { end } = await since(null);
  await granted(ledger.commit(operation()));
  await economyOf(ledger).rollUpAll();
  expect((await ledger.owner.query(rotate)).rows).toEqual([{ rotated: true }]);
  expect((await ledger.owner.query(rotate)).rows).toEqual([{ rotated: true }]);
  const removing = await ledger.owner.connect();
  await removing.query('BEGIN');
  expect((await removing.query(rotate)).rows).toEqual([{ rotated: true }]);
  const [pageBehind, oldestPage] = [read(end), read(null)];
  await waiting(2);
  await removing.query('COMMIT');
  removing.release();
  expect(await pageBehind).toMatchObject({ kind: 'removed' });
  const oldest = await oldestPage;
  if (oldest.kind !== 'page') throw new Error('there is always an oldest page');
  expect(await read(oldest.next)).toEqual({ kind: 'page', events: [], next: oldest.next, isAtEnd: true });
});

test('a mark of time is later than the events before it, also than those that were written while it was made', async () => {
  await ledger.owner.query('DELETE FROM onceward.event_marks');
  const holder = await ledger.owner.connect();
  await holder.query('SELECT pg_advisory_lock(1)');
  const keeping = ledger.owner.query(
    'SELECT onceward.keep_events() FROM (SELECT pg_advisory_lock(1) OFFSET 0) AS later',
  );
  await waiting();
  const { claim } = await granted(ledger.commit(operation()));
  await holder.query('SELECT pg_advisory_unlock(1)');
  holder.release();
  await keeping;
  const { rows } = await ledger.owner.query(
    `SELECT m.at > c.claimed_at OR m.below <= o.transaction AS "isAfter"
       FROM onceward.event_marks m, onceward.outbox o
       JOIN onceward.reward_claims c USING (player, number) JOIN onceward.actors a ON a.no = c.player
      WHERE a.id = $1`,
    [claim.playerId],
  );
  expect(rows).toEqual([{ isAfter: true }]);
});
