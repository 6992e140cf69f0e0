// A reversal that reopens a claim frees its key, its source keys and what it used of limits, for one more claim.
import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, operation } from '../support/ledger/operations.ts';
import { reversalHelpers } from '../support/ledger/reversals.ts';
import { standing } from '../support/ledger/standing.ts';
import { claimIdOf, limitUse, reversal, transfer } from '../support/ledger/systems.ts';

const ledger = openLedger();
const { commit, commitAll, owner, addStaff } = ledger;
const { balancesOf, reverse, expectSound, reversedOf, expectRejected, exchange } = reversalHelpers(ledger);

describe('reopening', () => {
  const made = (player: string, over: Partial<KernelOperation> = {}) =>
    operation({
      player,
      claim_key: 'the-claim',
      source_keys: [{ game: false, resource: 'gold', key: `source-${player}` }],
      limits: [limitUse({ bound: 1 })],
      ...over,
    });
  const again = (player: string) => made(player, { idempotency_key: fresh('key') });
  const usedBy = async (player: string) => {
    const { rows } = await owner.query(
      `SELECT used::int FROM onceward.limits_by_name WHERE kind = 'player' AND subject_id = $1`,
      [player],
    );
    return rows.map(({ used }) => used);
  };

  test('a reversal alone frees neither the claim’s key, nor its source keys, nor what it used of limits', async () => {
    const player = fresh('player');
    const { claim } = await granted(commit(made(player)));
    await granted(reverse(claim));
    const before = await standing(owner, player);
    expect(await commit(again(player))).toMatchObject({ rejection: { kind: 'already_claimed', number: 1 } });
    expect(await commit(made(player, { claim_key: 'other', limits: [] }))).toMatchObject({
      rejection: { kind: 'already_claimed', sourceKey: { type: 'gold' } },
    });
    expect(await commit(made(player, { claim_key: 'other', source_keys: [] }))).toMatchObject({
      rejection: { kind: 'limit_exceeded', remaining: 0 },
    });
    expect(await standing(owner, player)).toEqual(before);
    expect(await usedBy(player)).toEqual([1]);
  });

  test('reopening frees the claim’s key, its source keys and what it used of limits, for one more claim', async () => {
    const player = fresh('player');
    const first = made(player);
    const { claim } = await granted(commit(first));
    await granted(reverse(claim, { reopen: true }));
    expect(await usedBy(player)).toEqual([0]);
    // The old key still has its outcome.
    expect(await commit(first)).toMatchObject({ kind: 'granted', replayed: true, claim: { number: 1 } });
    const second = await granted(commit(again(player)));
    expect(second.claim).toMatchObject({ number: 3, key: 'the-claim' });
    const { rows } = await owner.query(
      `SELECT number, generation FROM onceward.claims_by_name
        WHERE player_id = $1 AND claim_key = 'the-claim' ORDER BY number`,
      [player],
    );
    expect(rows).toEqual([
      { number: 1, generation: 0 },
      { number: 3, generation: 1 },
    ]);
    const before = await standing(owner, player);
    expect(await commit(again(player))).toMatchObject({ rejection: { kind: 'already_claimed', number: 3 } });
    expect(await standing(owner, player)).toEqual(before);
    expect(await balancesOf(player)).toEqual({ gold: 10 });
    await expectSound(player);
  });

  test('a claim that was paid again can be reversed and reopened again', async () => {
    const player = fresh('player');
    for (let generation = 0; generation < 3; generation++) {
      const { claim } = await granted(commit(again(player)));
      await granted(reverse(claim, { reopen: true }));
    }
    await granted(commit(again(player)));
    expect(await balancesOf(player)).toEqual({ gold: 10 });
    expect(await usedBy(player)).toEqual([1]);
    await expectSound(player);
  });

  test('a reopened claim is paid once by 32 simultaneous requests', async () => {
    const player = fresh('player');
    const { claim } = await granted(commit(made(player)));
    await granted(reverse(claim, { reopen: true }));
    const outcomes = await Promise.all(Array.from({ length: 32 }, () => commit(again(player))));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(await balancesOf(player)).toEqual({ gold: 10 });
    await expectSound(player);
  });

  test('a reversal with reopening and the new claim may be operations of one batch', async () => {
    const player = fresh('player');
    const { claim } = await granted(commit(made(player)));
    const staff = await addStaff();
    const batch = [again(player), reversal(staff, claim, { reopen: true }), again(player), again(player)];
    expect((await commitAll(batch)).outcomes.map(({ kind }) => kind)).toEqual([
      'rejected',
      'granted',
      'granted',
      'rejected',
    ]);
    expect(await balancesOf(player)).toEqual({ gold: 10 });
    await expectSound(player);
  });

  test('a part that leaves something cannot reopen the claim, and the last part can', async () => {
    const claim = await exchange();
    await expectRejected(
      claim,
      { quantity: 9, reopen: true },
      { kind: 'not_reversible', why: 'reopen', remaining: 10 },
    );
    await granted(reverse(claim, { quantity: 9 }));
    await granted(reverse(claim, { quantity: 1, reopen: true }));
    expect(await reversedOf(claim)).toMatchObject({ reversed: 10, parts: 2, reopened: true });
    await expectSound(claim.playerId);
  });

  test('a claim that was reversed before can be reopened later, once, and nothing moves', async () => {
    const player = fresh('player');
    const { claim } = await granted(commit(made(player)));
    await granted(reverse(claim));
    const reopened = await granted(reverse(claim, { reopen: true }));
    expect(reopened).toMatchObject({ changes: [], claim: { key: `${claimIdOf(claim)}/2` } });
    await expectRejected(claim, { reopen: true }, { kind: 'already_claimed', number: reopened.claim.number });
    await granted(commit(again(player)));
    expect(await balancesOf(player)).toEqual({ gold: 10 });
    expect(await usedBy(player)).toEqual([1]);
    await expectSound(player);
  });

  test('of 32 simultaneous reopenings one is granted', async () => {
    const player = fresh('player');
    const { claim } = await granted(commit(made(player)));
    await granted(reverse(claim));
    const staff = await Promise.all(Array.from({ length: 8 }, () => addStaff()));
    const outcomes = await Promise.all(
      Array.from({ length: 32 }, (_, n) => commit(reversal(staff[n % 8] as string, claim, { reopen: true }))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(await usedBy(player)).toEqual([0]);
    await expectSound(player);
  });

  test('reopening an exchange gives back what all its units used of the limit', async () => {
    const claim = await exchange({ limits: [limitUse({ amount: 10, bound: 12, claim_type: 'other' })] });
    expect(await usedBy(claim.playerId)).toEqual([10]);
    await granted(reverse(claim, { quantity: 4 }));
    expect(await usedBy(claim.playerId)).toEqual([10]);
    await granted(reverse(claim, { reopen: true }));
    expect(await usedBy(claim.playerId)).toEqual([0]);
    await expectSound(claim.playerId);
  });

  test('reopening a transfer returns it to the giver, whose key is free for one more transfer', async () => {
    const [giver, recipient] = [fresh('giver'), fresh('recipient')];
    for (const player of [giver, recipient]) await granted(commit(operation({ player })));
    const sent = () => transfer(giver, recipient, 4, {}, { claim_key: 'the-transfer' });
    const { claim } = await granted(commit(sent()));
    await granted(reverse(claim, { reopen: true }));
    await granted(commit(sent()));
    expect(await commit(sent())).toMatchObject({ rejection: { kind: 'already_claimed' } });
    expect([await balancesOf(giver), await balancesOf(recipient)]).toEqual([{ gold: 6 }, { gold: 14 }]);
    await expectSound(giver, recipient);
  });

  test('a counter that is computed from the ledger does not count a reopened claim', async () => {
    const player = fresh('player');
    const { claim } = await granted(commit(operation({ player })));
    await granted(commit(operation({ player })));
    await granted(reverse(claim, { reopen: true }));
    const limited = () =>
      operation({ player, limits: [limitUse({ bound: 2, since: '-infinity', period: 'ever' })] });
    await granted(commit(limited()));
    expect(await commit(limited())).toMatchObject({ rejection: { kind: 'limit_exceeded', remaining: 0 } });
    await expectSound(player);
  });
});
