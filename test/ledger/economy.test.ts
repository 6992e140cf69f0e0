// The sums of the economy: they contain every claim once, however claims, callers and crashes interleave, and know how far they go.
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { economyOf } from '../support/ledger/economy.ts';
import { commit as commitWith, granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { startOwnServer } from '../support/ledger/own-database.ts';

/** A server of this file's own: a transaction of any database holds back what is contained. */
let database: Awaited<ReturnType<typeof startOwnServer>>;
let ledger: Ledger;
let economy: ReturnType<typeof economyOf>;
beforeAll(async () => {
  database = await startOwnServer();
  ledger = openLedger(database);
  economy = economyOf(ledger);
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

/** Commits an operation in a transaction that stays open until `finish` is called, or the test ends. */
async function inFlight() {
  const session = await ledger.app.connect();
  await session.query('BEGIN');
  await granted(commitWith(session, operation()));
  let open = true;
  const finish = async (how: 'COMMIT' | 'ROLLBACK') => {
    if (!open) return;
    open = false;
    await session.query(how);
    session.release();
  };
  onTestFinished(() => finish('ROLLBACK'));
  return finish;
}

afterEach(async () => {
  await economy.rollUpAll();
  expect(await economy.faults()).toEqual([]);
  expect(await economy.claimsContained()).toBe(await economy.claimsInLedger());
});

describe('how far it goes', () => {
  test('everything is contained once nothing is running, and complete until then', async () => {
    await granted(ledger.commit(operation()));
    const { rows } = await ledger.owner.query('SELECT clock_timestamp() AS now');
    await economy.rollUpAll();
    expect((await economy.position()).completeUntil?.getTime()).toBeGreaterThanOrEqual(rows[0].now.getTime());
  });

  test('a claim of a long transaction is contained after it has ended, and so is what came later', async () => {
    await economy.rollUpAll();
    const before = await economy.claimsContained();
    const finish = await inFlight();
    const { rows } = await ledger.owner.query('SELECT clock_timestamp() AS now');
    const began: Date = rows[0].now;
    await granted(ledger.commit(operation()));
    for (let run = 0; run < 3; run++) expect(await economy.rollUp()).toBe(0);
    expect(await economy.claimsContained()).toBe(before);
    expect((await economy.position()).completeUntil?.getTime()).toBeLessThan(began.getTime());
    // The later claim waits, but neither is missing from the comparison with the ledger.
    expect(await economy.faults()).toEqual([]);
    await finish('COMMIT');
    expect(await economy.rollUp()).toBe(2);
    expect(await economy.claimsContained()).toBe(before + 2);
    expect((await economy.position()).completeUntil?.getTime()).toBeGreaterThan(began.getTime());
  });

  test('under transactions that overlap without end, the time until which all is contained still advances', async () => {
    let finish = await inFlight();
    await economy.rollUp();
    const { completeUntil: before } = await economy.position();
    const next = await inFlight();
    await finish('COMMIT');
    await economy.rollUp();
    finish = await inFlight();
    await next('COMMIT');
    await economy.rollUp();
    expect((await economy.position()).completeUntil?.getTime()).toBeGreaterThan(before?.getTime() ?? 0);
    await finish('COMMIT');
  });

  test('what is rolled back is never contained', async () => {
    const finish = await inFlight();
    await finish('ROLLBACK');
    expect(await economy.rollUp()).toBe(0);
  });

  test('claims are contained batch by batch, and a full batch says that there is more', async () => {
    await economy.rollUpAll();
    for (let count = 0; count < 7; count++) await granted(ledger.commit(operation()));
    expect([
      await economy.rollUp(3),
      await economy.rollUp(3),
      await economy.rollUp(3),
      await economy.rollUp(3),
    ]).toEqual([3, 3, 1, 0]);
  });

  test('events of all partitions of the outbox are contained, and none is emptied before', async () => {
    const rotate = async () =>
      (
        await ledger.owner.query(
          'SELECT onceward.rotate_outbox((SELECT pg_snapshot_xmin(pg_current_snapshot()))) AS rotated',
        )
      ).rows[0].rotated as boolean;
    await economy.rollUpAll();
    const before = await economy.claimsContained();
    for (let slot = 0; slot < 3; slot++) {
      await granted(ledger.commit(operation()));
      // The partition after the third one holds an event that is not contained.
      expect(await rotate()).toBe(slot < 2);
    }
    await economy.rollUpAll();
    expect(await economy.claimsContained()).toBe(before + 3);
    expect(await rotate()).toBe(true);
  });
});

test('events of a restored dump, whose transactions lie ahead, are contained once, and so is what comes later', async () => {
  await economy.rollUpAll();
  await granted(ledger.commit(operation()));
  await granted(ledger.commit(operation()));
  expect(await economy.rollUp(1)).toBe(1);
  const adopt = async () =>
    (await ledger.owner.query('SELECT onceward.adopt_restored_events() AS changed')).rows[0].changed;
  expect(await adopt()).toBe(false);
  const elsewhere = (column: string) => `${column} = (${column}::text::bigint + 1000000000)::text::xid8`;
  await ledger.owner.query(`UPDATE onceward.outbox SET ${elsewhere('transaction')}`);
  await ledger.owner.query(
    `UPDATE onceward.economy_roll_up SET ${['transaction', 'below', 'next_below'].map(elsewhere).join(', ')}`,
  );
  // Their transactions seem to be running.
  expect(await economy.rollUp()).toBe(0);
  expect(await adopt()).toBe(true);
  expect(await adopt()).toBe(false);
  expect(await economy.rollUp()).toBe(1);
  await granted(ledger.commit(operation()));
  expect(await economy.rollUp()).toBe(1);
});

describe('exactly once', () => {
  test('a second caller adds nothing while the first is at it', async () => {
    await economy.rollUpAll();
    await granted(ledger.commit(operation()));
    const first = await ledger.app.connect();
    await first.query('BEGIN');
    expect(await economy.rollUp(5_000, first)).toBe(1);
    expect(await economy.rollUp()).toBe(0);
    await first.query('COMMIT');
    first.release();
    expect(await economy.rollUp()).toBe(0);
  });

  test.each([
    'ROLLBACK',
    'the end of its session',
  ])('%s of a batch loses nothing and doubles nothing', async (how) => {
    await economy.rollUpAll();
    const { event } = await economy.position();
    const before = await economy.claimsContained();
    for (let count = 0; count < 4; count++) await granted(ledger.commit(operation()));
    expect(await economy.rollUp(2)).toBe(2);
    const session = await ledger.app.connect();
    session.on('error', () => {});
    await session.query('BEGIN');
    expect(await economy.rollUp(2, session)).toBe(2);
    const { rows } = await session.query('SELECT pg_backend_pid() AS pid');
    if (how === 'ROLLBACK') await session.query(how);
    else await ledger.owner.query('SELECT pg_terminate_backend($1, 5000)', [rows[0].pid]);
    session.release(true);
    expect(await economy.claimsContained()).toBe(before + 2);
    expect(await economy.rollUp(2)).toBe(2);
    expect(await economy.claimsContained()).toBe(before + 4);
    expect((await economy.position()).event).toBeGreaterThan(event);
  });

  test('eight writers and three callers at the same time leave each claim contained once', async () => {
    await economy.rollUpAll();
    const before = await economy.claimsContained();
    let writing = true;
    const callers = Array.from({ length: 3 }, async () => {
      while (writing) await economy.rollUp(7);
    });
    const players = Array.from({ length: 6 }, () => fresh('player'));
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let count = 0; count < 12; count++) {
          const session = await ledger.app.connect();
          await session.query('BEGIN');
          const player = players[(writer + count) % players.length] as string;
          await granted(commitWith(session, operation({ player, postings: [give('gold', count + 1)] })));
          await session.query(count % 5 === 0 ? 'ROLLBACK' : 'COMMIT');
          session.release();
        }
      }),
    );
    // Meanwhile the sums are those of the ledger as far as they go.
    expect(await economy.faults()).toEqual([]);
    writing = false;
    await Promise.all(callers);
    await economy.rollUpAll();
    expect(await economy.claimsContained()).toBe(before + 8 * 9);
  });
});
