// Merges with real concurrency: many callers, and operations of both players in flight.
import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { commit as commitWith, granted, type LedgerOutcome, openLedger } from '../support/ledger/ledger.ts';
import { merge } from '../support/ledger/merges.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { announcement, claimOf, transfer } from '../support/ledger/systems.ts';

// Sessions that must wait for each other, on a busy machine.
const database = await startOwnDatabase({ lock_timeout: '60s', statement_timeout: '60s' });
const { app, owner, playerLedger, commit } = openLedger(database);

const goldOf = async (...players: string[]) => {
  const each = await Promise.all(players.map(async (id) => (await playerLedger(id)).balances.gold ?? 0));
  return each.reduce((sum, gold) => sum + gold, 0);
};
async function sound(...players: string[]) {
  expect(await brokenInvariants(owner, players)).toEqual([]);
  const { rows } = await owner.query(`SELECT onceward.integrity_page('', 1000000)->'faults' AS faults`);
  expect(rows[0].faults).toEqual([]);
}
/** In an order of its own. */
const shuffled = <Each>(all: readonly Each[]) =>
  all
    .map((each) => [Math.random(), each] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, each]) => each);

/** Sends all at once; those that find both players locked go again. */
async function sendAll(operations: readonly KernelOperation[]): Promise<LedgerOutcome[]> {
  return Promise.all(
    shuffled(operations).map(async (sent) => {
      for (;;) {
        const outcome = await commitWith(app, sent);
        if (outcome.kind !== 'busy') return outcome;
      }
    }),
  );
}
const kindsOf = (outcomes: readonly LedgerOutcome[]) =>
  outcomes.map((outcome) => (outcome.kind === 'rejected' ? outcome.rejection.kind : outcome.kind));

describe('at the same time', () => {
  test('64 callers merge one guest once, while both claim, spend and give to each other', async () => {
    for (let round = 0; round < 3; round++) {
      const [guest, account] = [fresh('guest'), fresh('account')];
      const players = [guest, account];
      for (const player of shuffled(players))
        await granted(commit(operation({ player, postings: [give('gold', 100)] })));
      const keys = Array.from({ length: 16 }, () => fresh('key'));
      for (const key of keys.slice(0, 4))
        await granted(commit(announcement({ playerId: guest, type: 'chest', key })));
      const merges = Array.from({ length: 64 }, () => merge(account, guest, { takes: true }));
      const claims = players.flatMap((player) =>
        keys.map((key) =>
          claimOf(
            { playerId: player, type: 'chest', key },
            {
              idempotency_key: fresh('claim'),
              source_keys: [{ game: false, resource: 'gems', key: `source-${key}` }],
            },
          ),
        ),
      );
      const spends = players.flatMap((player) =>
        Array.from({ length: 12 }, () =>
          operation({ player, claim_type: 'other', postings: [take('gold', 3)] }),
        ),
      );
      const gifts = Array.from({ length: 8 }, (_, n) =>
        n % 2 === 0 ? transfer(guest, account, 1) : transfer(account, guest, 1),
      );
      const outcomes = await sendAll([...merges, ...claims, ...spends, ...gifts]);
      const made = outcomes.filter((outcome) => outcome.kind === 'granted');
      const merged = made.filter(({ claim }) => claim.operation === 'mergePlayer');
      expect(merged).toHaveLength(1);
      expect(kindsOf(outcomes).filter((kind) => kind === 'player_merged').length).toBeGreaterThanOrEqual(63);
      // What was granted, and nothing else.
      const given = made
        .flatMap(({ changes, counterpartyChanges }) => [...changes, ...(counterpartyChanges ?? [])])
        .reduce((sum, { delta }) => sum + delta, 0);
      expect(await goldOf(guest, account)).toBe(200 + given);
      expect(await goldOf(guest)).toBe(0);
      // A key is paid on both sides only where both were before the merge.
      const number = merged[0]?.claim.number ?? 0;
      for (const { claim } of made)
        if (claim.playerId === account && claim.number > number)
          expect(made.filter((one) => one.claim.key === claim.key && one.claim.playerId === guest)).toEqual(
            [],
          );
      await sound(guest, account);
    }
  });

  test('of two players who are merged into each other, one is the account', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, other] = [fresh('one'), fresh('other')];
      for (const player of [one, other])
        await granted(commit(operation({ player, postings: [give('gold', 50)] })));
      const outcomes = await sendAll(
        Array.from({ length: 16 }, (_, n) => (n % 2 === 0 ? merge(one, other) : merge(other, one))),
      );
      expect(kindsOf(outcomes).toSorted()).toEqual(['granted', ...Array(15).fill('player_merged')]);
      expect((await Promise.all([one, other].map((player) => goldOf(player)))).toSorted()).toEqual([0, 100]);
      await sound(one, other);
    }
  });

  test('guests of one account are merged in a chain and beside each other, and nothing is lost', async () => {
    const players = Array.from({ length: 8 }, () => fresh('player'));
    for (const player of players) await granted(commit(operation({ player, postings: [give('gold', 10)] })));
    const pairs = players.flatMap((account) =>
      players.filter((guest) => guest !== account).map((guest) => merge(account, guest)),
    );
    const outcomes = await sendAll(pairs);
    expect(kindsOf(outcomes).filter((kind) => kind === 'granted')).toHaveLength(7);
    const golds = await Promise.all(players.map((player) => goldOf(player)));
    expect(golds.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 0, 0, 0, 0, 80]);
    await sound(...players);
  });
});
