import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';

const { app, commit, owner, playerLedger } = openLedger();

const transfer = (playerId: string, to: string, amount = 1) =>
  operation({
    name: 'transferResource',
    playerId,
    claimType: 'transfer',
    postings: [take('gold', amount)],
    counterparty: { playerId: to, postings: [give('gold', amount)] },
  });

/** Holds a player's row, as an operation in flight does, until it is let go. */
async function hold(playerId: string) {
  const session = await owner.connect();
  await session.query('BEGIN');
  await session.query('SELECT FROM onceward.players WHERE id = $1 FOR NO KEY UPDATE', [playerId]);
  return async () => {
    await session.query('COMMIT');
    session.release();
  };
}

/** Until so many operations of these players wait for a lock. */
const waiting = (players: readonly string[], count: number) =>
  vi.waitFor(
    async () => {
      const { rows } = await owner.query(
        `SELECT count(DISTINCT l.pid)::int AS waiting FROM pg_locks l JOIN pg_stat_activity a USING (pid)
          WHERE NOT l.granted AND a.usename = 'onceward_app'`,
      );
      if (rows[0].waiting < count) throw new Error(`${rows[0].waiting} of ${count} wait, of ${players}`);
    },
    { timeout: 1_500, interval: 10 },
  );

test('a player who appears while their first transfer waits for the other one’s lock: no deadlock', async () => {
  // The order of locks is that of the IDs: the giver's would have been the first.
  const [giver, taker] = [fresh('a-player'), fresh('b-player')];
  await commit(operation({ playerId: taker }));
  const letGo = await hold(taker);
  const all = [commit(transfer(giver, taker))];
  await waiting([giver, taker], 1);
  all.push(commit(operation({ playerId: giver, postings: [give('gold', 5)] })));
  // It is done by now, or waits for whoever creates the player.
  await Promise.race([all[1], sleep(300)]);
  all.push(commit(transfer(giver, taker)));
  await waiting([giver, taker], 2);
  await letGo();

  const [first, created, second] = await Promise.all(all);
  expect(created?.kind).toBe('granted');
  for (const outcome of [first, second])
    if (outcome?.kind !== 'granted')
      expect(outcome).toMatchObject({ rejection: { kind: 'insufficient_balance' } });
  const given = [first, second].filter((outcome) => outcome?.kind === 'granted').length;
  expect((await playerLedger(giver)).balances).toEqual({ gold: 5 - given });
  expect((await playerLedger(taker)).balances).toEqual({ gold: 10 + given });
});

test('a recipient who appears while the transfer waits is not moved without a lock of theirs', async () => {
  const [giver, taker] = [fresh('a-player'), fresh('b-player')];
  await commit(operation({ playerId: giver, postings: [give('gold', 5)] }));
  const letGo = await hold(giver);
  const asked = commit(transfer(giver, taker));
  await waiting([giver], 1);
  await commit(operation({ playerId: taker }));
  // An operation of the recipient's is in flight when the transfer goes on.
  const session = await app.connect();
  await session.query('BEGIN');
  await session.query('SELECT onceward.commit_operation($1)', [
    JSON.stringify(operation({ playerId: taker, postings: [give('gems', 1)] })),
  ]);
  await letGo();
  const settled = asked.then(
    ({ kind }) => kind,
    (error) => error.code as string,
  );
  await sleep(300);
  await session.query('COMMIT');
  session.release();
  // Either the player was not there when it was asked, or the transfer waits for its turn: a value, not an error.
  expect(await settled).toMatch(/^(granted|rejected)$/);
  expect(await brokenInvariants(owner, [taker])).toEqual([]);
});
