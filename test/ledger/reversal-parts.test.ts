// A claim of several units can be reversed in parts, which together move back the whole and never more.
import { describe, expect, test } from 'vitest';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { reversalHelpers } from '../support/ledger/reversals.ts';
import { claimIdOf, reversal } from '../support/ledger/systems.ts';

const ledger = openLedger();
const { commit, commitAll, addStaff } = ledger;
const { balancesOf, reverse, expectSound, reversedOf, expectRejected, exchange } = reversalHelpers(ledger);

describe('parts of a claim', () => {
  test('a part moves back its share, and the parts are numbered in their keys', async () => {
    const claim = await exchange();
    const first = await granted(reverse(claim, { quantity: 3 }));
    expect(first.claim).toMatchObject({ key: claimIdOf(claim), number: 3 });
    expect(first.changes).toMatchObject([
      { resource: 'gems', delta: -3 },
      { resource: 'gold', delta: 9 },
    ]);
    const second = await granted(reverse(claim, { quantity: 2 }));
    expect(second.claim).toMatchObject({ key: `${claimIdOf(claim)}/2`, number: 4 });
    const rest = await granted(reverse(claim));
    expect(rest.claim).toMatchObject({ key: `${claimIdOf(claim)}/3`, number: 5 });
    expect(rest.changes).toMatchObject([
      { resource: 'gems', delta: -5 },
      { resource: 'gold', delta: 15 },
    ]);
    expect(await balancesOf(claim.playerId)).toEqual({ gold: 30, gems: 0 });
    expect(await reversedOf(claim)).toEqual({
      units: 10,
      reversed: 10,
      parts: 3,
      reversed_by: 5,
      reopened: false,
    });
    await expectSound(claim.playerId);
  });

  test('a part is replayed under its key, with the number of its part', async () => {
    const claim = await exchange();
    const staff = await addStaff();
    const sent = reversal(staff, claim, { quantity: 3 });
    await granted(commit(reversal(staff, claim, { quantity: 1 })));
    const part = await granted(commit(sent));
    expect(await granted(commit(sent))).toMatchObject({
      replayed: true,
      claim: { number: part.claim.number, key: `${claimIdOf(claim)}/2` },
      changes: part.changes,
    });
    expect(await reversedOf(claim)).toMatchObject({ reversed: 4, parts: 2 });
  });

  test.each([
    ['more than is left', 8, 7],
    ['more than the whole', 11, 7],
    ['none', 0, 7],
    ['a negative number', -1, 7],
  ])('a part of %s is rejected, and nothing moves', async (_, quantity, remaining) => {
    const claim = await exchange();
    await granted(reverse(claim, { quantity: 3 }));
    await expectRejected(
      claim,
      { quantity },
      { kind: 'not_reversible', claimId: claimIdOf(claim), why: 'quantity', remaining },
    );
    expect(await reversedOf(claim)).toMatchObject({ reversed: 3, parts: 1 });
  });

  test('a first part of none is rejected, and nothing moves', async () => {
    const claim = await exchange();
    await expectRejected(claim, { quantity: 0 }, { kind: 'not_reversible', why: 'quantity', remaining: 10 });
    expect(await reversedOf(claim)).toBeUndefined();
  });

  test('a claim that was reversed whole is answered with the reversal that completed it', async () => {
    const claim = await exchange();
    await granted(reverse(claim, { quantity: 4 }));
    const last = await granted(reverse(claim, { quantity: 6 }));
    await expectRejected(claim, {}, { kind: 'already_claimed', number: last.claim.number });
    await expectRejected(claim, { quantity: 1 }, { kind: 'already_claimed', number: last.claim.number });
  });

  test('24 simultaneous parts of one unit reverse a claim of ten units ten times', async () => {
    const claim = await exchange();
    const staff = await Promise.all(Array.from({ length: 8 }, () => addStaff()));
    const outcomes = await Promise.all(
      Array.from({ length: 24 }, (_, n) => commit(reversal(staff[n % 8] as string, claim, { quantity: 1 }))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(10);
    for (const outcome of outcomes.filter(({ kind }) => kind !== 'granted'))
      expect(outcome).toMatchObject({ rejection: { kind: 'already_claimed' } });
    expect(await balancesOf(claim.playerId)).toEqual({ gold: 30, gems: 0 });
    expect(await reversedOf(claim)).toMatchObject({ units: 10, reversed: 10, parts: 10 });
    await expectSound(claim.playerId);
  });

  test('parts of one claim in one batch each see the part before', async () => {
    const claim = await exchange();
    const staff = await addStaff();
    const parts = [6, 5, 4].map((quantity) => reversal(staff, claim, { quantity }));
    expect((await commitAll(parts)).outcomes).toMatchObject([
      { kind: 'granted' },
      { rejection: { kind: 'not_reversible', why: 'quantity', remaining: 4 } },
      { kind: 'granted', claim: { key: `${claimIdOf(claim)}/2` } },
    ]);
    expect(await balancesOf(claim.playerId)).toEqual({ gold: 30, gems: 0 });
    await expectSound(claim.playerId);
  });

  test.each([
    [[1, 1, 1, 1, 1, 1, 1]],
    [[3, 4]],
    [[5, 1, 1]],
    [[2, null]],
  ])('uneven shares are rounded so that the parts %j add up to the whole', async (parts) => {
    const player = fresh('player');
    await granted(commit(operation({ player, postings: [give('gold', 100)] })));
    const { claim } = await granted(
      commit(
        operation({ player, units: 7, postings: [take('gold', 100), give('gems', 5), give('zinc', 1)] }),
      ),
    );
    let reversed = 0;
    for (const quantity of parts) {
      await granted(reverse(claim, { quantity }));
      reversed += quantity ?? 7 - reversed;
      // A part never gives more than its share.
      expect(await balancesOf(player)).toEqual({
        gold: Math.floor((100 * reversed) / 7),
        gems: 5 - Math.floor((5 * reversed) / 7),
        zinc: 1 - Math.floor(reversed / 7),
      });
    }
    expect(await balancesOf(player)).toEqual({ gold: 100, gems: 0, zinc: 0 });
    await expectSound(player);
  });

  test('parts of the largest amount and of a million units add up to the whole', async () => {
    const player = fresh('player');
    const most = Number.MAX_SAFE_INTEGER;
    const { claim } = await granted(
      commit(operation({ player, units: 1_000_000, postings: [give('gold', most)] })),
    );
    await granted(reverse(claim, { quantity: 999_999 }));
    const share = Number((BigInt(most) * 999_999n) / 1_000_000n);
    expect(await balancesOf(player)).toEqual({ gold: most - share });
    await granted(reverse(claim, { quantity: 1 }));
    expect(await balancesOf(player)).toEqual({ gold: 0 });
    await expectSound(player);
  });

  test('a part is rejected when the player has too little for its share, and nothing moves', async () => {
    const claim = await exchange();
    await granted(commit(operation({ player: claim.playerId, postings: [take('gems', 8)] })));
    await granted(reverse(claim, { quantity: 2 }));
    await expectRejected(
      claim,
      { quantity: 1 },
      { kind: 'insufficient_balance', resource: 'gems', required: 1 },
    );
    await granted(reverse(claim, { quantity: 1, allow_debt: true }));
    expect(await balancesOf(claim.playerId)).toEqual({ gold: 9, gems: -1 });
  });

  test('an exchange with draws is reversed whole or not at all', async () => {
    const player = fresh('player');
    const drawn = {
      one_of: [
        {
          when: [],
          draws: [{ outcome: 'common' }],
          postings: [give('hero:common', 1)],
        },
      ],
    };
    const { claim } = await granted(
      commit(operation({ player, units: 2, postings: [give('gold', 2)], choices: [drawn, drawn] })),
    );
    await expectRejected(claim, { quantity: 1 }, { kind: 'not_reversible', why: 'draws', remaining: 2 });
    await granted(reverse(claim, { quantity: 2 }));
    expect(await balancesOf(player)).toEqual({ gold: 0, 'hero:common': 0 });
    await expectSound(player);
  });
});
