import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { commit as commitWith, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { transfer } from '../support/ledger/systems.ts';

const { app, commit, owner, playerLedger } = openLedger();

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
    { timeout: 1_500, interval: 10 },
  );

test('a player who is created while their first transfer waits for the other player deadlocks nobody', async () => {
  const [giver, recipient] = [fresh('a-player'), fresh('b-player')];
  await commit(operation({ player: recipient }));
  const release = await hold(recipient);
  const all = [commit(transfer(giver, recipient, 1))];
  await waiting(1);
  all.push(commit(operation({ player: giver, postings: [give('gold', 5)] })));
  // It is done by now, or waits for the transaction that creates the player.
  await Promise.race([all[1], sleep(300)]);
  all.push(commit(transfer(giver, recipient, 1)));
  await waiting(2);
  await release();

  const [first, created, second] = await Promise.all(all);
  expect(created?.kind).toBe('granted');
  for (const outcome of [first, second])
    if (outcome?.kind !== 'granted')
      expect(outcome).toMatchObject({ rejection: { kind: 'insufficient_balance' } });
  const sent = [first, second].filter((outcome) => outcome?.kind === 'granted').length;
  expect((await playerLedger(giver)).balances).toEqual({ gold: 5 - sent });
  expect((await playerLedger(recipient)).balances).toEqual({ gold: 10 + sent });
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
