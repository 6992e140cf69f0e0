// An award that does not fit under a ceiling becomes a pending reward of its player, whole, where its operation says so.
import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { fullHelpers, ROOM } from '../support/ledger/full.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { usedOf } from '../support/ledger/limits.ts';
import { award, fresh, give } from '../support/ledger/operations.ts';
import { reversalHelpers } from '../support/ledger/reversals.ts';
import { standing } from '../support/ledger/standing.ts';

const ledger = openLedger();
const { commit, owner, preview, addStaff } = ledger;
const { holder, pendingOf, collect, spend } = fullHelpers(ledger);
const { balancesOf, reverse, expectSound } = reversalHelpers(ledger);

describe('an award that does not fit', () => {
  const tooMuch = (staff: string, player: string, over: Partial<KernelOperation> = {}) =>
    award(
      staff,
      0,
      {},
      { player, postings: [give('gold', 30, ROOM)], on_full: { origin: 2, message: null }, ...over },
    );

  test('becomes pending, uses the limits of its staff member, and is collected once', async () => {
    const [staff, player] = [await addStaff({ limit: 100, budget: 100 }), await holder(90)];
    const sent = tooMuch(staff, player);
    expect(await granted(commit(sent))).toMatchObject({
      changes: [],
      claim: { becamePending: true, version: 1 },
    });
    expect(await commit(sent)).toMatchObject({ replayed: true, changes: [], claim: { becamePending: true } });
    expect(await balancesOf(player)).toEqual({ gold: 90 });
    expect(await pendingOf(player)).toMatchObject([{ type: 'manual_reward', origin: 2, amount: '30' }]);
    expect(Object.values(await usedOf(owner, staff)).toSorted()).toEqual([1, 30]);
    // The same award under another key.
    expect(await commit({ ...sent, idempotency_key: fresh('key') })).toMatchObject({
      rejection: { kind: 'already_claimed', number: 2 },
    });
    await spend(player, 20);
    await granted(collect(player, 2, 'manual_reward'));
    expect(await balancesOf(player)).toEqual({ gold: 100 });
    await expectSound(player);
  });

  test('is previewed as pending, and nothing is written', async () => {
    const [staff, player] = [await addStaff(), await holder(90)];
    const before = await standing(owner, player);
    const { preview: previewed } = await preview(tooMuch(staff, player));
    expect(previewed).toMatchObject({ kind: 'preview', becamePending: true, changes: [] });
    expect(await standing(owner, player)).toEqual(before);
  });

  test('is refused beyond the limits of its staff member, and nothing moves', async () => {
    const [staff, player] = [await addStaff({ limit: 20, budget: 100 }), await holder(90)];
    const before = await standing(owner, player);
    expect(await commit(tooMuch(staff, player))).toMatchObject({ rejection: { limit: 'staff_reward' } });
    expect(await standing(owner, player)).toEqual(before);
  });

  test('is taken back with its reversal: pending or collected', async () => {
    for (const isCollected of [false, true]) {
      const [staff, player] = [await addStaff({ limit: 100, budget: 100 }), await holder(90)];
      const sent = await granted(commit(tooMuch(staff, player)));
      await spend(player, 20);
      if (isCollected) await granted(collect(player, 2, 'manual_reward'));
      await granted(reverse(sent.claim));
      expect(await balancesOf(player)).toEqual({ gold: 70 });
      expect(await pendingOf(player)).toEqual([]);
      await expectSound(player);
    }
  });
});
