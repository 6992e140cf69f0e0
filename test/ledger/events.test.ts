// Events for readers outside: one of each granted operation of a player, in the order of each player's numbers, in pages.
import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EventCursor, formatEventCursor, type GrantEvent } from '../../src/domain/event.ts';
import type { Database } from '../../src/ledger/database.ts';
import { MAX_EVENTS, readEvents } from '../../src/ledger/read-events.ts';
import { bulkOf, commitBulk } from '../support/ledger/bulks.ts';
import { dice } from '../support/ledger/dice.ts';
import { numbersIn, openEvents } from '../support/ledger/events.ts';
import { commit as commitWith, granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, ownOperation } from '../support/ledger/operations.ts';
import { connectTo, startOwnServer, stopAutovacuum } from '../support/ledger/own-database.ts';
import { announcement, claimIdOf, pending, recovery, reversal, transfer } from '../support/ledger/systems.ts';

/** A server of this file's own: events wait for the transactions of all databases of a server. */
let server: Awaited<ReturnType<typeof startOwnServer>>;
let ledger: Ledger;
let { page, read, since } = {} as ReturnType<typeof openEvents>;
beforeAll(async () => {
  server = await startOwnServer();
  ledger = openLedger(server);
  ({ page, read, since } = openEvents(ledger.app));
});
afterAll(async () => {
  await ledger?.close();
  await server?.stop();
});

/** Where the events of a test begin. */
let start: EventCursor;
beforeEach(async () => {
  start = (await since(null)).end;
});

const eventsSince = async (after: EventCursor, atMost?: number) => (await since(after, atMost)).events;
const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe('an event', () => {
  test('says of a claim who got what, from where, under which config and request', async () => {
    const sent = operation({ postings: [give('gold', 10), give('gems', 2)] });
    const { claim } = await granted(ledger.commit(sent));
    const [event, ...others] = await eventsSince(start);
    expect(others).toEqual([]);
    expect(event).toEqual({
      id: expect.stringMatching(`^evt_${sent.correlation_id.replaceAll('-', '')}_[1-9][0-9]*$`),
      type: 'claim.granted',
      player: sent.player,
      number: 1,
      counterparty: null,
      counterpartyNumber: null,
      claimId: claimIdOf(claim),
      operation: 'claimReward',
      claimType: 'quest',
      claimKey: sent.claim_key,
      actor: { kind: 'server', id: 'arena-1' },
      claimedAt: new Date(claim.claimedAt).toISOString(),
      configVersion: claim.configVersion,
      correlationId: sent.correlation_id,
      reverses: null,
      becamePending: false,
      changes: [
        { player: sent.player, resource: 'gold', cause: 'operation', before: 0, delta: 10, after: 10 },
        { player: sent.player, resource: 'gems', cause: 'operation', before: 0, delta: 2, after: 2 },
      ],
    });
  });

  test('names both players of a transfer and of its reversal, with the number and the changes of each', async () => {
    const [from, to] = [fresh('player'), fresh('player')];
    const staff = await ledger.addStaff();
    await granted(ledger.commit(operation({ player: from })));
    await granted(ledger.commit(operation({ player: to })));
    await granted(ledger.commit(operation({ player: to })));
    const { claim } = await granted(ledger.commit(transfer(from, to, 4)));
    await granted(ledger.commit(reversal(staff, claim)));
    const events = (await eventsSince(start)).slice(3);
    expect(events).toMatchObject([
      {
        ...{ player: from, number: 2, counterparty: to, counterpartyNumber: 3, reverses: null },
        changes: [
          { player: from, delta: -4, before: 10, after: 6 },
          { player: to, delta: 4, before: 20, after: 24 },
        ],
      },
      {
        ...{ player: from, number: 3, counterparty: to, counterpartyNumber: 4 },
        ...{ reverses: claimIdOf(claim), actor: { kind: 'staff', id: staff }, operation: 'reverseClaim' },
        changes: [
          { player: from, delta: 4, before: 6, after: 10 },
          { player: to, delta: -4, before: 24, after: 20 },
        ],
      },
    ]);
  });

  test('of an announcement moves nothing, and of its payment what was announced', async () => {
    const reward = pending();
    await granted(ledger.commit(announcement(reward)));
    await granted(ledger.commit(recovery(reward)));
    expect(await eventsSince(start)).toMatchObject([
      { operation: 'announceReward', player: reward.playerId, number: 1, changes: [] },
      { operation: 'recoverReward', number: 2, claimType: 'chest', changes: [{ delta: 7 }] },
    ]);
  });

  test('is one of each item of a bulk that was granted, with an ID of its own', async () => {
    const players = oneTo(5).map(() => fresh('player'));
    const items = players.map((player) => operation({ player }));
    await commitBulk(ledger.app, bulkOf(), items);
    const events = await eventsSince(start);
    expect(events.map(({ player }) => player).toSorted()).toEqual(players.toSorted());
    expect(new Set(events.map(({ id }) => id)).size).toBe(5);
    expect(new Set(events.map(({ correlationId }) => correlationId)).size).toBe(5);
  });

  test('has the same ID however often it is read, also by readers who began elsewhere', async () => {
    for (const _ of oneTo(5)) await granted(ledger.commit(operation()));
    const ids = (await eventsSince(start)).map(({ id }) => id);
    expect((await eventsSince(start, 2)).map(({ id }) => id)).toEqual(ids);
    const all = (await since(null, 3)).events.map(({ id }) => id);
    expect(all.slice(-5)).toEqual(ids);
    expect(new Set(all).size).toBe(all.length);
  });

  test('does not exist of what staff do for no player, and readers go past it', async () => {
    const staff = await ledger.addStaff();
    await granted(ledger.commit(ownOperation(staff)));
    const { claim } = await granted(ledger.commit(operation()));
    const first = await page(start, 1);
    expect(first).toMatchObject({ events: [], isAtEnd: false });
    expect(first.next).not.toEqual(start);
    const events = await eventsSince(first.next, 1);
    expect(events.map(({ player }) => player)).toEqual([claim.playerId]);
  });

  test('has no text that a person wrote', async () => {
    const staff = await ledger.addStaff();
    const words = fresh('Because of Alice');
    const { claim } = await granted(ledger.commit(operation({ input: { note: words } })));
    const its = { player: claim.playerId, reason: words, input: { reason: words } };
    await granted(ledger.commit(award(staff, 5, {}, its)));
    const events = await eventsSince(start);
    expect(events).toHaveLength(2);
    expect(JSON.stringify(events)).not.toContain(words);
  });
});

describe('the order', () => {
  test('shows no event of a running transaction, nor a newer one before it', async () => {
    const running = await ledger.app.connect();
    await running.query('BEGIN');
    const { claim: slow } = await granted(commitWith(running, operation()));
    const { claim: quick } = await granted(ledger.commit(operation()));
    expect(await eventsSince(start)).toEqual([]);
    await running.query('COMMIT');
    running.release();
    const seen = (await eventsSince(start)).map(({ player }) => player);
    expect(seen.toSorted()).toEqual([slow.playerId, quick.playerId].toSorted());
  });

  test('keeps each player’s numbers where a transaction began before an earlier claim of another player of it', async () => {
    const [first, second] = [fresh('player'), fresh('player')];
    const running = await ledger.app.connect();
    await running.query('BEGIN');
    await granted(commitWith(running, operation({ player: first })));
    await granted(ledger.commit(operation({ player: second })));
    await granted(commitWith(running, operation({ player: second })));
    await running.query('COMMIT');
    running.release();
    const events = (await eventsSince(start, 1)).filter(({ player }) => player === second);
    expect(events.map(({ number }) => number)).toEqual([1, 2]);
  });

  test('is that of each player’s numbers, without gap or repetition, while 16 clients claim and transfer', async () => {
    const players = oneTo(8).map(() => fresh('player'));
    for (const player of players)
      await granted(ledger.commit(operation({ player, postings: [give('gold', 1_000)] })));
    let writing = true;
    const read: GrantEvent[] = [];
    const reader = (async () => {
      let after = start;
      for (let more = true; more; ) {
        more = writing;
        const { events, end } = await since(after, 7);
        read.push(...events);
        after = end;
      }
    })();
    await Promise.all(
      oneTo(16).map(async (client) => {
        const roll = dice(client);
        const one = () => players[roll(players.length)] as string;
        for (const _ of oneTo(12)) {
          const session = await ledger.app.connect();
          await session.query('BEGIN');
          const from = one();
          const to = players[(players.indexOf(from) + 1 + roll(players.length - 1)) % players.length];
          const sent = roll(3) === 0 ? operation({ player: from }) : transfer(from, to as string, 1);
          await granted(commitWith(session, sent));
          if (roll(5) === 0) await sleep(roll(20));
          await session.query(roll(6) === 0 ? 'ROLLBACK' : 'COMMIT');
          session.release();
        }
      }),
    );
    writing = false;
    await reader;
    const numbers = numbersIn(read);
    for (const player of players)
      expect(numbers.get(player)).toEqual(oneTo((await ledger.playerLedger(player)).number ?? 0));
  });
});

describe('a cursor', () => {
  const rotate = async () => {
    await ledger.app.query('SELECT onceward.roll_up_economy()');
    const { rows } = await ledger.owner.query(
      `SELECT onceward.rotate_outbox(pg_snapshot_xmin(pg_current_snapshot())) AS rotated`,
    );
    expect(rows[0].rotated).toBe(true);
  };

  test('that is older than what is kept is answered with the oldest place from which nothing is missing', async () => {
    const { claim } = await granted(ledger.commit(operation()));
    const before = await page(start, 1);
    await granted(ledger.commit(operation()));
    for (const _ of oneTo(3)) await rotate();
    const { claim: kept } = await granted(ledger.commit(operation()));
    const old = await read(start);
    if (old.kind !== 'removed') throw new Error('the cursor is still known');
    const rest = await eventsSince(old.oldest);
    expect(rest.map(({ player }) => player)).toEqual([kept.playerId]);
    expect(claim.playerId).toBe(before.events[0]?.event.player);
    // The second event is missing behind the first.
    expect(await read(before.next)).toEqual(old);
    expect((await page(null)).events).toHaveLength(1);
  });

  test('that this database never had is answered the same: it was restored to an earlier moment', async () => {
    const { rows } = await ledger.app.query(`SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS ahead`);
    const after = { transaction: rows[0].ahead as string, no: '1' };
    expect(await read(after)).toMatchObject({ kind: 'ahead' });
  });

  test('at the end stays where it is while nothing happens', async () => {
    expect(await page(start)).toEqual({ kind: 'page', events: [], next: start, isAtEnd: true });
    expect(formatEventCursor(start)).toMatch(/^\d+-\d+$/);
  });
});

test('a page of 500 is one statement that reads as many rows of each index, however many there are', async () => {
  await stopAutovacuum(ledger.owner);
  await ledger.owner.query(
    `WITH players AS (
       INSERT INTO onceward.actors (kind, id, number, version, created_at, updated_at)
       SELECT 1, 'p-' || n, 4, 4, now(), now() FROM generate_series(1, 2500) AS n RETURNING no),
     claims AS (
       INSERT INTO onceward.reward_claims (player, number, version, actor, claimed_at, correlation_id, fingerprint,
         config_version, operation, claim_type, claim_key, idempotency_key, input)
       SELECT p.no, n, n, p.no, now(), gen_random_uuid(), gen_random_uuid(), 1, 1, 1, 'k-' || n, 'key-0000000000-' || n, '{}'
         FROM players p, generate_series(1, 4) AS n RETURNING player, number),
     entries AS (
       INSERT INTO onceward.ledger_entries (player, number, ordinal, resource, sequence, before, delta, cause)
       SELECT player, number, 1, 1, number, number - 1, 1, 1 FROM claims)
     INSERT INTO onceward.outbox (player, number, slot) SELECT player, number, number % 3 FROM claims`,
  );
  await ledger.owner.query('VACUUM ANALYZE');
  const session = await connectTo(server.databaseUrl);
  const sent: string[] = [];
  const reads = drizzle(session, { logger: { logQuery: (text) => sent.push(text) } });
  const later = await page(start);
  // The statistics of this transaction alone.
  await session.query('BEGIN');
  const answer = await readEvents({ reads } as unknown as Database, { after: later.next, atMost: 10_000 });
  const { rows } = await session.query(
    `SELECT relname AS name, seq_scan::int AS scans, (seq_tup_read + idx_tup_fetch)::int AS fetched
       FROM pg_stat_xact_user_tables
      WHERE schemaname = 'onceward' AND relname ~ '^(actors|reward_claims|ledger_entries|names|outbox_[012])$'`,
  );
  await session.end();
  expect(sent).toHaveLength(1);
  expect(answer).toMatchObject({ kind: 'page', isAtEnd: false });
  if (answer.kind === 'page') expect(answer.events).toHaveLength(MAX_EVENTS);
  expect(rows).toHaveLength(7);
  for (const { name, scans, fetched } of rows) {
    expect([name, scans]).toEqual([name, 0]);
    expect(fetched, name).toBeGreaterThan(0);
    expect(fetched, name).toBeLessThanOrEqual(3 * MAX_EVENTS);
  }
}, 60_000);
