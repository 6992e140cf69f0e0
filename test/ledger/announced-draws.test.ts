// The dice of an announced reward are rolled when it is announced; balances decide between the alternatives when it is paid.
import { describe, expect, test } from 'vitest';
import type { KernelChoice } from '../../src/ledger/kernel-contract.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { give, operation, staffTerms, take } from '../support/ledger/operations.ts';
import { isPending } from '../support/ledger/pending.ts';
import { reversalHelpers } from '../support/ledger/reversals.ts';
import { standing } from '../support/ledger/standing.ts';
import { announcement, claimOf, pending, recovery } from '../support/ledger/systems.ts';

const ledger = openLedger();
const { commit, owner, addStaff, preview } = ledger;
const { balancesOf, expectSound } = reversalHelpers(ledger);

const draw = (outcome: string, guaranteed: boolean) => ({ table: 'chest', outcome, guaranteed });
/** A legend is certain after two draws without one. */
const CHEST: KernelChoice = {
  one_of: [
    {
      when: [{ resource: 'pity', at_least: 2 }],
      draws: [draw('legend', true)],
      postings: [give('hero:legend', 1), take('pity', 10_000, { clamp: true })],
    },
    { when: [], draws: [draw('common', false)], postings: [give('hero:common', 1), give('pity', 1)] },
  ],
};
const loot = (choices: readonly KernelChoice[] = [CHEST]) => ({
  postings: [],
  choices,
  resources: ['hero:common', 'hero:legend', 'pity'],
});
const drawOnce = (player: string) => commit(operation({ player, postings: [], choices: [CHEST] }));

describe('an announced reward with draws', () => {
  test('draws what is due when it is paid, not when it was announced', async () => {
    const reward = pending();
    await granted(commit(announcement(reward, loot())));
    for (let drawn = 0; drawn < 2; drawn++) await granted(drawOnce(reward.playerId));
    const paid = await granted(commit(claimOf(reward)));
    expect(paid.claim.draws).toEqual([draw('legend', true)]);
    expect(await balancesOf(reward.playerId)).toEqual({ 'hero:common': 2, 'hero:legend': 1, pity: 0 });
    await expectSound(reward.playerId);
  });

  test('is paid once, with its own draws, whatever the claims that arrive at once have rolled', async () => {
    const reward = pending();
    await granted(commit(announcement(reward, loot([CHEST, CHEST]))));
    const claims = await Promise.all(
      Array.from({ length: 12 }, () => commit(claimOf(reward, { choices: [CHEST, CHEST, CHEST, CHEST] }))),
    );
    expect(claims.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(await balancesOf(reward.playerId)).toEqual({ 'hero:common': 2, pity: 2 });
    await expectSound(reward.playerId);
  });

  test('is paid by staff, who roll nothing', async () => {
    const reward = pending();
    await granted(commit(announcement(reward, loot())));
    const staff = await addStaff({ limit: 1 });
    const byStaff = { actor_kind: 'staff', actor_id: staff, staff: staffTerms() } as const;
    const paid = await granted(commit(recovery(reward, byStaff)));
    expect(paid.claim.draws).toEqual([draw('common', false)]);
    expect(await isPending(owner, reward)).toBe(false);
    await expectSound(reward.playerId);
  });

  test('shows nothing of its draws in a preview', async () => {
    const reward = pending();
    await granted(commit(announcement(reward, { ...loot(), postings: [give('hero:common', 5)] })));
    const { preview: shown } = await preview(claimOf(reward));
    expect(shown).toMatchObject({ kind: 'preview', pending: true, balances: { pity: 0, 'hero:common': 5 } });
    expect(JSON.stringify(shown)).not.toContain('outcome');
  });

  test('pays the levels that its draws reach', async () => {
    const reward = pending();
    const lesson = { one_of: [{ when: [], draws: [], postings: [give('experience', 350)] }] };
    const resources = ['experience', 'levels_paid', 'stat_points'];
    await granted(commit(announcement(reward, { postings: [], choices: [lesson], resources })));
    await granted(commit(claimOf(reward)));
    expect(await balancesOf(reward.playerId)).toEqual({ experience: 350, levels_paid: 2, stat_points: 6 });
  });

  test.each<[string, Parameters<typeof loot>[0]]>([
    ['a choice without an alternative that is always taken', [{ one_of: CHEST.one_of.slice(0, 1) }]],
    [
      'a condition on a resource that is not listed',
      [{ one_of: [{ when: [{ resource: 'gems', at_least: 1 }], draws: [], postings: [] }, ...CHEST.one_of] }],
    ],
    [
      'a posting of a resource that is not listed',
      [{ one_of: [{ when: [], draws: [], postings: [give('gems', 1)] }] }],
    ],
  ])('is refused with %s, so that whatever is announced can be paid', async (_, choices) => {
    const reward = pending();
    await granted(drawOnce(reward.playerId));
    const before = await standing(owner, reward.playerId);
    await expect(commit(announcement(reward, loot(choices)))).rejects.toMatchObject({ code: '22023' });
    expect(await standing(owner, reward.playerId)).toEqual(before);
  });
});
