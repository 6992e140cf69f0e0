// A batch waits for no player whom another transaction holds: it answers `busy` for them and commits the rest.
import { describe, expect, onTestFinished, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { batchHelpers, kinds } from '../support/ledger/batches.ts';
import { essence } from '../support/ledger/essence.ts';
import { commit as commitWith, granted, type LedgerOutcome, openLedger } from '../support/ledger/ledger.ts';
import { operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { transfer } from '../support/ledger/systems.ts';

const ledger = openLedger();
const { outcomesOf, goldOf, playerWith, expectSound } = batchHelpers(() => ledger);

/** Another transaction holds the player's row until the returned function is called, or the test ends. */
async function hold(player: string) {
  const session = await ledger.owner.connect();
  await session.query('BEGIN');
  await session.query('SELECT FROM onceward.actors WHERE (id, kind) = ($1, 1) FOR NO KEY UPDATE', [player]);
  let held = true;
  const release = async () => {
    if (!held) return;
    held = false;
    await session.query('ROLLBACK');
    session.release();
  };
  onTestFinished(release);
  return release;
}

describe('while another transaction holds a player', () => {
  test('a batch answers `busy` for a locked player at once and commits the rest', async () => {
    const [locked, recipient, free] = [await playerWith(5), await playerWith(5), await playerWith(5)];
    const release = await hold(locked);
    const operations = [
      operation({ player: locked }),
      operation({ player: free }),
      transfer(recipient, locked, 1),
      operation({ player: recipient, postings: [take('gold', 5)] }),
    ];
    const before = await standing(ledger.owner, locked);
    const started = performance.now();
    const outcomes = await outcomesOf(...operations);
    // The app role would wait for a lock for two seconds.
    expect(performance.now() - started).toBeLessThan(1_500);
    expect(kinds(outcomes)).toEqual(['busy', 'granted', 'busy', 'granted']);
    expect(await standing(ledger.owner, locked)).toEqual(before);
    await release();
    // Nothing was recorded under the keys of what was busy.
    expect(await ledger.commit(operations[0] as KernelOperation)).toMatchObject({
      kind: 'granted',
      replayed: false,
    });
    expect(await ledger.commit(operations[2] as KernelOperation)).toMatchObject({
      rejection: { kind: 'insufficient_balance', available: 0 },
    });
    expect(await Promise.all([locked, recipient, free].map(goldOf))).toEqual([15, 0, 15]);
    await expectSound(locked, recipient, free);
  });

  test('a batch of which every player is locked answers `busy` for all, and nothing moves', async () => {
    const players = [await playerWith(5), await playerWith(5)];
    const releases = await Promise.all(players.map(hold));
    const before = await standing(ledger.owner, ...players);
    expect(kinds(await outcomesOf(...players.map((player) => operation({ player }))))).toEqual([
      'busy',
      'busy',
    ]);
    expect(await standing(ledger.owner, ...players)).toEqual(before);
    for (const release of releases) await release();
  });

  test('a known key is answered although its player is locked, in a batch and alone', async () => {
    const player = await playerWith(5);
    const [paid, refused] = [operation({ player }), operation({ player, postings: [take('gold', 99)] })];
    const first = await outcomesOf(paid, refused);
    const release = await hold(player);
    const outcomes = await outcomesOf(paid, operation({ player }), refused, { ...paid, mode: 'lookup' });
    expect(outcomes.map(essence)).toEqual([
      essence(first[0] as LedgerOutcome),
      { kind: 'busy' },
      essence(first[1] as LedgerOutcome),
      essence(first[0] as LedgerOutcome),
    ]);
    expect(essence(await ledger.commit(paid))).toEqual(essence(first[0] as LedgerOutcome));
    await release();
    expect(await ledger.playerLedger(player)).toMatchObject({ granted: 2, rejected: 1 });
  });

  test('a batch waits for neither side of a transfer in flight', async () => {
    const [giver, recipient, free] = [await playerWith(5), await playerWith(5), await playerWith(5)];
    const session = await ledger.app.connect();
    await session.query('BEGIN');
    await granted(commitWith(session, transfer(giver, recipient, 2)));
    const outcomes = await outcomesOf(
      operation({ player: giver }),
      operation({ player: recipient }),
      operation({ player: free }),
    );
    await session.query('COMMIT');
    session.release();
    expect(kinds(outcomes)).toEqual(['busy', 'busy', 'granted']);
    expect(await Promise.all([giver, recipient, free].map(goldOf))).toEqual([3, 7, 15]);
    await expectSound(giver, recipient, free);
  });
});
