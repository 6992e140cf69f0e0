import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { commit as commitWith, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { standing } from '../support/ledger/standing.ts';
import { limitUse, transfer } from '../support/ledger/systems.ts';

/** A database of this file's own: it counts the sessions that wait, and its sessions wait until they are counted. */
const database = await startOwnDatabase({ lock_timeout: '60s', statement_timeout: '60s' });
const { app, close, commit, commitAll, owner, playerLedger } = openLedger(database);
afterAll(close);

/** Locks a player's row, as an operation in flight does, until the returned function is called. */
async function hold(player: string) {
  const session = await owner.connect();
  await session.query('BEGIN');
  await session.query('SELECT FROM onceward.actors WHERE (id, kind) = ($1, 1) FOR NO KEY UPDATE', [player]);
  return async () => {
    await session.query('COMMIT');
    session.release();
  };
}

/** Waits until this many sessions of the app role wait for a lock. */
const waiting = (count: number) =>
  vi.waitFor(
    async () => {
      const { rows } = await owner.query(
        `SELECT count(DISTINCT l.pid)::int AS waiting FROM pg_locks l JOIN pg_stat_activity a USING (pid)
          WHERE NOT l.granted AND a.usename = 'onceward_app' AND a.datname = current_database()`,
      );
      if (rows[0].waiting < count) throw new Error(`${rows[0].waiting} of ${count} sessions wait`);
    },
    { timeout: 20_000, interval: 10 },
  );

test('a player who is created while their first transfer waits for the other player deadlocks nobody', async () => {
  const [giver, recipient] = [fresh('a-player'), fresh('b-player')];
  await commit(operation({ player: recipient }));
  const release = await hold(recipient);
  const all: ReturnType<typeof commit>[] = [];
  // It takes nothing from the giver: what they lack would be refused without the recipient.
  all.push(commit(transfer(giver, recipient, 1, {}, { postings: [give('gold', 0)] })));
  await waiting(1);
  all.push(commit(operation({ player: giver, postings: [give('gold', 5)] })));
  // It is done by now, or waits for the transaction that creates the player.
  await Promise.race([all[1], sleep(300)]);
  all.push(commit(transfer(giver, recipient, 1)));
  await waiting(2);
  await release();

  const [first, created, second] = await Promise.all(all);
  for (const outcome of [first, created]) expect(outcome?.kind).toBe('granted');
  if (second?.kind !== 'granted')
    expect(second).toMatchObject({ rejection: { kind: 'insufficient_balance' } });
  const sent = second?.kind === 'granted' ? 1 : 0;
  expect((await playerLedger(giver)).balances).toEqual({ gold: 5 - sent });
  expect((await playerLedger(recipient)).balances).toEqual({ gold: 11 + sent });
  expect(await brokenInvariants(owner, [giver, recipient])).toEqual([]);
});

test('a recipient who is created while the transfer waits is not moved without their lock', async () => {
  const [giver, recipient] = [fresh('a-player'), fresh('b-player')];
  await commit(operation({ player: giver, postings: [give('gold', 5)] }));
  const release = await hold(giver);
  const transferred = commit(transfer(giver, recipient, 1));
  await waiting(1);
  await commit(operation({ player: recipient }));
  // An operation of the recipient is in flight when the transfer continues.
  const session = await app.connect();
  await session.query('BEGIN');
  await commitWith(session, operation({ player: recipient, postings: [give('gems', 1)] }));
  await release();
  const kind = transferred.then(
    (outcome) => outcome.kind,
    (error) => error.code as string,
  );
  await sleep(300);
  await session.query('COMMIT');
  session.release();
  // Either the recipient did not exist when the transfer began, or it waits for its turn: an outcome, not an error.
  const outcome = await kind;
  expect(outcome).toMatch(/^(granted|rejected)$/);
  const sent = outcome === 'granted' ? 1 : 0;
  expect((await playerLedger(giver)).balances).toEqual({ gold: 5 - sent });
  expect((await playerLedger(recipient)).balances).toEqual({ gold: 10 + sent, gems: 1 });
  expect(await brokenInvariants(owner, [giver, recipient])).toEqual([]);
});

describe('a transfer that is refused whatever the recipient has', () => {
  test.each<[string, Partial<KernelOperation>, object]>([
    ['the giver has too little', {}, { kind: 'insufficient_balance', available: 5 }],
    ['the giver’s limit is used', { limits: [limitUse({ bound: 0 })] }, { kind: 'limit_exceeded' }],
    ['the giver has changed', { expected_version: 7 }, { kind: 'version_conflict', current: 1 }],
  ])('waits for no lock of the recipient, alone and in a batch: %s', async (_, over, rejection) => {
    const [giver, other, recipient] = [fresh('player'), fresh('player'), fresh('player')];
    for (const player of [giver, other, recipient])
      await commit(operation({ player, postings: [give('gold', 5)] }));
    const before = await standing(owner, giver, recipient);
    const release = await hold(recipient);
    const refused = () => transfer(giver, recipient, 6, {}, over);
    const alone = refused();
    const started = performance.now();
    expect(await commit(alone)).toMatchObject({ kind: 'rejected', replayed: false, rejection });
    const batch = await commitAll([refused(), operation({ player: other }), transfer(other, recipient, 1)]);
    // A session waits for a minute.
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(batch.outcomes).toMatchObject([
      { kind: 'rejected', rejection },
      { kind: 'granted' },
      { kind: 'busy' },
    ]);
    // Its lock on the giver is enough to replay it.
    expect(await commit(alone)).toMatchObject({ kind: 'rejected', replayed: true, rejection });
    await release();
    expect(await standing(owner, giver, recipient)).toEqual(before);
    expect((await playerLedger(giver)).rejected).toBe(2);
    expect(await brokenInvariants(owner, [giver, other, recipient])).toEqual([]);
  });

  test('is replayed where another call with its key was first, while the recipient is locked', async () => {
    const [giver, recipient] = [fresh('player'), fresh('player')];
    for (const player of [giver, recipient]) await commit(operation({ player }));
    const sent = transfer(giver, recipient, 99);
    const releases = [await hold(giver), await hold(recipient)];
    const all = [commit(sent), commit(sent)];
    await waiting(2);
    await releases[0]?.();
    const outcomes = await Promise.all(all);
    expect(outcomes.map((outcome) => outcome.kind === 'rejected' && outcome.replayed).toSorted()).toEqual([
      false,
      true,
    ]);
    await releases[1]?.();
    expect((await playerLedger(giver)).rejected).toBe(1);
  });

  test('is granted where the giver received enough meanwhile', async () => {
    const [giver, recipient] = [fresh('player'), fresh('player')];
    for (const player of [giver, recipient]) await commit(operation({ player }));
    const sent = transfer(giver, recipient, 15);
    const session = await app.connect();
    await session.query('BEGIN');
    await commitWith(session, operation({ player: giver }));
    const waitingForGiver = commit(sent);
    await waiting(1);
    await session.query('COMMIT');
    session.release();
    expect(await waitingForGiver).toMatchObject({ kind: 'granted', replayed: false });
    expect((await playerLedger(giver)).balances).toEqual({ gold: 5 });
    expect(await brokenInvariants(owner, [giver, recipient])).toEqual([]);
  });

  test('is busy where the giver received enough meanwhile and the recipient is locked: its key stays free', async () => {
    const [giver, recipient] = [fresh('player'), fresh('player')];
    for (const player of [giver, recipient]) await commit(operation({ player }));
    const sent = transfer(giver, recipient, 15);
    const release = await hold(recipient);
    const session = await app.connect();
    await session.query('BEGIN');
    await commitWith(session, operation({ player: giver }));
    const waitingForGiver = commit(sent);
    await waiting(1);
    await session.query('COMMIT');
    session.release();
    expect(await waitingForGiver).toEqual({ kind: 'busy' });
    expect(await playerLedger(giver)).toMatchObject({ balances: { gold: 20 }, granted: 2, rejected: 0 });
    await release();
    expect(await commit(sent)).toMatchObject({ kind: 'granted', replayed: false });
    expect(await brokenInvariants(owner, [giver, recipient])).toEqual([]);
  });

  test('names an unknown recipient before what the giver lacks', async () => {
    const [giver, recipient] = [fresh('player'), fresh('player')];
    await commit(operation({ player: giver }));
    // A player who was only refused does not exist yet.
    await commit(operation({ player: recipient, postings: [take('gold', 1)] }));
    const before = await standing(owner, giver);
    for (const player of [recipient, fresh('nobody')])
      expect(await commit(transfer(giver, player, 99))).toMatchObject({
        rejection: { kind: 'unknown_player', playerId: player },
      });
    expect(await standing(owner, giver)).toEqual(before);
  });
});
