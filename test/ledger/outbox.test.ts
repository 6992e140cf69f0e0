import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { commit as commitWith, granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';
import { startOwnServer } from '../support/ledger/own-database.ts';
import { announcement, pending, recovery, reversal, transfer } from '../support/ledger/systems.ts';

/** A database of this file's own: its tests change the settings and empty the outbox. */
let database: Awaited<ReturnType<typeof startOwnServer>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnServer();
  ledger = openLedger(database);
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});
beforeEach(async () => {
  await ledger.owner.query('TRUNCATE onceward.outbox');
  await ledger.owner.query('UPDATE onceward.settings SET outbox = true, outbox_slot = 0');
});

/** The events that a reader may take now, in their order: those of transactions older than every running one. */
async function events(
  after = '0',
): Promise<{ id: string; number: number; transaction: string; slot: number }[]> {
  const { rows } = await ledger.owner.query(
    `SELECT a.id, o.number, o.slot, o.transaction::text FROM onceward.outbox o
       JOIN onceward.actors a ON a.no = o.player
      WHERE o.transaction < pg_snapshot_xmin(pg_current_snapshot()) AND o.transaction > $1::xid8
      ORDER BY o.transaction, o.no`,
    [after],
  );
  return rows;
}
const told = async () => (await events()).map(({ id, number }) => [id, number]);

/** Everything that is visible now was sent. */
const ALL = `(SELECT pg_snapshot_xmin(pg_current_snapshot()))`;
/** What is not in the sums of the economy yet is kept. */
const rotate = async (sentBelow = ALL) => {
  await ledger.app.query('SELECT onceward.roll_up_economy()');
  const { rows } = await ledger.owner.query(`SELECT onceward.rotate_outbox(${sentBelow}) AS rotated`);
  return rows[0].rotated as boolean;
};
/** Commits an operation in a transaction that stays open until the returned function is called, or the test ends. */
async function inFlight() {
  const session = await ledger.app.connect();
  await session.query('BEGIN');
  const { claim } = await granted(commitWith(session, operation()));
  const { rows } = await session.query('SELECT pg_current_xact_id()::text AS transaction');
  let open = true;
  const finish = async (how: 'COMMIT' | 'ROLLBACK') => {
    if (!open) return;
    open = false;
    await session.query(how);
    session.release();
  };
  onTestFinished(() => finish('ROLLBACK'));
  return { claim, finish, transaction: rows[0].transaction as string };
}
const justAbove = (transaction: string) => `(${transaction}::bigint + 1)::text::xid8`;
const slotOf = async () =>
  (await ledger.owner.query('SELECT outbox_slot FROM onceward.settings')).rows[0].outbox_slot;

describe('events', () => {
  test('each granted operation has exactly one event, also one that moves nothing and one of two players', async () => {
    const player = fresh('player');
    const other = fresh('player');
    const reward = pending(other);
    const staff = await ledger.addStaff();
    const { claim } = await granted(ledger.commit(operation({ player })));
    await granted(ledger.commit(operation({ player: other, postings: [] })));
    await granted(ledger.commit(transfer(player, other, 3)));
    await granted(ledger.commit(award(staff, 5, {}, { player })));
    await granted(ledger.commit(announcement(reward)));
    await granted(ledger.commit(recovery(reward)));
    await granted(ledger.commit(reversal(staff, claim)));
    expect(await told()).toEqual([
      [player, 1],
      [other, 1],
      [player, 2],
      [player, 3],
      [other, 3],
      [other, 4],
      [player, 4],
    ]);
    expect(await brokenInvariants(ledger.owner, [player, other])).toEqual([]);
  });

  test('operations of a batch have an event each, in their order', async () => {
    const players = Array.from({ length: 10 }, () => fresh('player'));
    const batch = [...players, ...players].map((player) => operation({ player }));
    await ledger.commitAll(batch);
    const sorted = (all: unknown[][]) => all.map(String).toSorted();
    expect(sorted(await told())).toEqual(
      sorted(
        players.flatMap((player) => [
          [player, 1],
          [player, 2],
        ]),
      ),
    );
  });

  test('rejections, replays, look-ups and stale operations have no event', async () => {
    const sent = operation();
    const { player } = sent;
    await granted(ledger.commit(sent));
    const before = await told();
    expect(before).toEqual([[player, 1]]);
    await ledger.commit(sent);
    await ledger.commit({ ...sent, mode: 'lookup' });
    await ledger.commit({ ...sent, idempotency_key: fresh('key') });
    await ledger.commit(operation({ player, postings: [take('gold', 99)] }));
    await ledger.commit(operation({ player, config_version: 99, config_sha256: 'other' }));
    await ledger.commit(operation({ player, holds_until: '2020-01-01T00:00:00Z' }));
    await ledger.commit(award('nobody', 5, {}, { player }));
    expect(await ledger.playerLedger(player)).toMatchObject({ granted: 1, rejected: 2 });
    expect(await told()).toEqual(before);
  });

  test('an operation that is rolled back has no event', async () => {
    const { finish } = await inFlight();
    await finish('ROLLBACK');
    expect(await told()).toEqual([]);
  });

  test('an event points to the claim of its operation', async () => {
    const { claim } = await granted(ledger.commit(operation()));
    const { rows } = await ledger.owner.query(
      `SELECT c.claim_key FROM onceward.outbox o
         JOIN onceward.reward_claims c ON (c.player, c.number) = (o.player, o.number)`,
    );
    expect(rows).toEqual([{ claim_key: claim.key }]);
  });

  test('nothing is written while the setting switches the outbox off, and claims go on', async () => {
    await ledger.owner.query('UPDATE onceward.settings SET outbox = false');
    const { claim } = await granted(ledger.commit(operation()));
    expect(await told()).toEqual([]);
    expect((await ledger.playerLedger(claim.playerId)).balances).toEqual({ gold: 10 });
    await ledger.owner.query('UPDATE onceward.settings SET outbox = true');
    await granted(ledger.commit(operation({ player: claim.playerId })));
    expect(await told()).toEqual([[claim.playerId, 2]]);
  });

  test('a reader that takes what is older than every running transaction misses no event of 16 writers', async () => {
    const players = Array.from({ length: 16 }, () => fresh('player'));
    let writing = true;
    const read: { id: string; number: number; transaction: string }[] = [];
    const reader = (async () => {
      for (let more = true; more; ) {
        more = writing;
        read.push(...(await events(read.at(-1)?.transaction)));
      }
    })();
    await Promise.all(
      players.map(async (player, index) => {
        for (let count = 0; count < 10; count++) {
          const session = await ledger.app.connect();
          await session.query('BEGIN');
          await granted(commitWith(session, operation({ player, postings: [give('gold', 1)] })));
          // A transaction may end after one that began later.
          if ((index + count) % 5 === 0) await session.query('SELECT pg_sleep(0.02)');
          await session.query((index + count) % 7 === 0 ? 'ROLLBACK' : 'COMMIT');
          session.release();
        }
      }),
    );
    writing = false;
    await reader;
    const ledgers = await Promise.all(players.map(ledger.playerLedger));
    const expected = players.flatMap((player, index) =>
      Array.from({ length: ledgers[index]?.number ?? 0 }, (_, n) => `${player} ${n + 1}`),
    );
    expect(read.map(({ id, number }) => `${id} ${number}`).toSorted()).toEqual(expected.toSorted());
  });
});

describe('rotate_outbox', () => {
  /** Fills the three partitions with an event each, and returns to the first. */
  async function fill(): Promise<string[]> {
    const players: string[] = [];
    for (let slot = 0; slot < 3; slot++) {
      const { claim } = await granted(ledger.commit(operation()));
      players.push(claim.playerId);
      if (slot < 2) expect(await rotate()).toBe(true);
    }
    expect((await events()).map(({ slot }) => slot)).toEqual([0, 1, 2]);
    return players;
  }

  test('events are written to the next partition after a rotation, and the one before keeps its own', async () => {
    const players = await fill();
    expect((await told()).map(([id]) => id)).toEqual(players);
    expect(await slotOf()).toBe(2);
  });

  test('a partition is emptied and used again once its events were sent', async () => {
    const [, second, third] = await fill();
    expect(await rotate()).toBe(true);
    expect(await slotOf()).toBe(0);
    expect((await told()).map(([id]) => id)).toEqual([second, third]);
    const { claim } = await granted(ledger.commit(operation()));
    expect((await told()).map(([id]) => id)).toEqual([second, third, claim.playerId]);
  });

  test('no partition is emptied that holds an event which was not sent, and nothing changes', async () => {
    const players = await fill();
    const [first] = await events();
    expect(await rotate(`'${first?.transaction}'::xid8`)).toBe(false);
    expect(await slotOf()).toBe(2);
    expect((await told()).map(([id]) => id)).toEqual(players);
    // The first event is below the second one's transaction: it was sent.
    expect(await rotate(`'${(await events())[1]?.transaction}'::xid8`)).toBe(true);
    expect((await told()).map(([id]) => id)).toEqual(players.slice(1));
  });

  test('events cannot be declared sent that are not visible yet', async () => {
    await fill();
    const { transaction } = await inFlight();
    await expect(rotate(justAbove(transaction))).rejects.toMatchObject({ code: '22023' });
    expect(await slotOf()).toBe(2);
  });

  test('no partition is emptied to which an operation in flight has written', async () => {
    const { claim, finish } = await inFlight();
    // Two rotations bring the others round; the third would empty the partition of the operation in flight.
    expect([await rotate(), await rotate(), await rotate()]).toEqual([true, true, false]);
    expect(await slotOf()).toBe(2);
    await finish('COMMIT');
    expect(await told()).toEqual([[claim.playerId, 1]]);
  });

  test('claims go on while the outbox rotates, and each has its event', async () => {
    const players = Array.from({ length: 8 }, () => fresh('player'));
    let writing = true;
    const read: string[] = [];
    // The reader sends what it sees, then says so, then rotates.
    const reader = (async () => {
      let sent = '0';
      for (let more = true; more; ) {
        more = writing;
        const seen = await events(sent);
        read.push(...seen.map(({ id, number }) => `${id} ${number}`));
        sent = seen.at(-1)?.transaction ?? sent;
        await rotate(justAbove(sent)).catch((error) => {
          expect(error.code).toBe('22023');
        });
      }
    })();
    await Promise.all(
      players.map(async (player) => {
        for (let count = 0; count < 15; count++) await granted(ledger.commit(operation({ player })));
      }),
    );
    writing = false;
    await reader;
    const expected = players.flatMap((player) => Array.from({ length: 15 }, (_, n) => `${player} ${n + 1}`));
    expect(read.toSorted()).toEqual(expected.toSorted());
  });

  test('the app role may not rotate the outbox', async () => {
    await expect(ledger.app.query(`SELECT onceward.rotate_outbox(${ALL})`)).rejects.toMatchObject({
      code: '42501',
    });
  });
});
