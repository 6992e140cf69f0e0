// Whatever claims an announced reward pays what was announced, and uses no limit: the announcement has used it.
import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation } from '../support/ledger/operations.ts';
import { isPending } from '../support/ledger/pending.ts';
import { reversalHelpers } from '../support/ledger/reversals.ts';
import { standing } from '../support/ledger/standing.ts';
import { announcement, claimOf, limitUse, pending, recovery } from '../support/ledger/systems.ts';

const ledger = openLedger();
const { commit, commitAll, owner, addStaff, preview } = ledger;
const { balancesOf, reverse, expectSound } = reversalHelpers(ledger);

const DAYS = ['2026-11-02', '2026-11-03'] as const;
/** One chest a day. */
const chestLimit = (day: 0 | 1 = 0) =>
  limitUse({
    ...{ name: 'claims:chest', claim_type: 'chest', rejection: 'claims', bound: 1 },
    ...{ period: DAYS[day], since: `${DAYS[day]}T00:00:00.000Z` },
  });
const usedBy = async (player: string) => {
  const { rows } = await owner.query(
    `SELECT period, used::int FROM onceward.limits_by_name
      WHERE kind = 'player' AND subject_id = $1 ORDER BY period`,
    [player],
  );
  return Object.fromEntries(rows.map(({ period, used }) => [period, used]));
};

describe('a claim of an announced reward', () => {
  test('pays what was announced, takes the announced source keys, and names the version of the announcement', async () => {
    const reward = pending();
    const key = (source: string) => ({ game: false, resource: 'gold', key: source });
    await granted(commit(announcement(reward, { source_keys: [key('announced')] })));
    const paid = await granted(
      commit(claimOf(reward, { postings: [give('gold', 1)], source_keys: [key('claimed')] })),
    );
    expect(paid.changes).toMatchObject([{ resource: 'gold', delta: 7 }]);
    expect(await isPending(owner, reward)).toBe(false);
    const other = (source: string) =>
      commit(operation({ player: reward.playerId, source_keys: [key(source)] }));
    expect(await other('announced')).toMatchObject({ rejection: { kind: 'already_claimed' } });
    await granted(other('claimed'));
    await expectSound(reward.playerId);
  });

  test('pays the levels that the announced reward reaches, although it gives no experience itself', async () => {
    const reward = pending();
    const levels = ['experience', 'levels_paid', 'stat_points'];
    await granted(
      commit(announcement(reward, { postings: [give('experience', 350)], resources: ['gold', ...levels] })),
    );
    await granted(commit(claimOf(reward)));
    expect(await balancesOf(reward.playerId)).toEqual({ experience: 350, levels_paid: 2, stat_points: 6 });
    await expectSound(reward.playerId);
  });

  test('is previewed with the announced amounts', async () => {
    const reward = pending();
    await granted(commit(announcement(reward)));
    const { preview: previewed } = await preview(claimOf(reward, { postings: [give('gold', 1)] }));
    expect(previewed).toMatchObject({ kind: 'preview', changes: [{ resource: 'gold', delta: 7 }] });
  });

  test('is no award of the staff member who makes it', async () => {
    const reward = pending();
    await granted(commit(announcement(reward)));
    await granted(commit(operation({ player: reward.playerId })));
    const member = await addStaff({ limit: 0, budget: 0 });
    const { staff, actor_kind, actor_id, permission } = award(member, 0);
    const paid = claimOf(reward, { staff, actor_kind, actor_id, permission, creates_player: false });
    await granted(commit(paid));
    await expectSound(reward.playerId);
  });

  test('that follows its announcement in one batch pays what was announced', async () => {
    const reward = pending();
    const batch = [announcement(reward), claimOf(reward, { postings: [give('gold', 1)] }), recovery(reward)];
    expect((await commitAll(batch)).outcomes.map(({ kind }) => kind)).toEqual([
      'granted',
      'granted',
      'rejected',
    ]);
    expect(await balancesOf(reward.playerId)).toEqual({ gold: 7 });
    await expectSound(reward.playerId);
  });

  test('that takes a key of the whole game pays once, and the key is taken from all others', async () => {
    const reward = pending();
    const receipt = { game: true, resource: 'gold', key: fresh('receipt') };
    await granted(commit(announcement(reward, { source_keys: [receipt] })));
    const outcomes = await Promise.all([
      ...Array.from({ length: 8 }, () => commit(claimOf(reward))),
      ...Array.from({ length: 8 }, () => commit(operation({ source_keys: [receipt] }))),
    ]);
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    await expectSound(reward.playerId);
  });
});

describe('the limit of an announced reward', () => {
  const announce = (reward = pending(), over: Partial<KernelOperation> = {}) =>
    commit(announcement(reward, {}, { limits: [chestLimit()], ...over }));

  test('is used by the announcement and not by the claim that pays it', async () => {
    const reward = pending();
    await granted(announce(reward));
    expect(await usedBy(reward.playerId)).toEqual({ [DAYS[0]]: 1 });
    await granted(commit(claimOf(reward, { limits: [chestLimit()] })));
    expect(await usedBy(reward.playerId)).toEqual({ [DAYS[0]]: 1 });
    await expectSound(reward.playerId);
  });

  test('refuses an announcement where it is full, and nothing becomes pending', async () => {
    const reward = pending();
    await granted(announce(reward));
    const second = pending(reward.playerId);
    const before = await standing(owner, reward.playerId);
    expect(await announce(second)).toMatchObject({
      rejection: { kind: 'limit_exceeded', limit: 'claims', remaining: 0 },
    });
    expect(await standing(owner, reward.playerId)).toEqual(before);
  });

  test('is given back when the announcement is reversed, and when the claim that paid it is reopened', async () => {
    const reward = pending();
    const { claim } = await granted(announce(reward));
    await granted(reverse(claim));
    expect(await usedBy(reward.playerId)).toEqual({ [DAYS[0]]: 0 });
    await granted(announce(reward));
    const paid = await granted(commit(recovery(reward)));
    await granted(reverse(paid.claim));
    expect(await usedBy(reward.playerId)).toEqual({ [DAYS[0]]: 1 });
    await granted(reverse(paid.claim, { reopen: true }));
    expect(await usedBy(reward.playerId)).toEqual({ [DAYS[0]]: 0 });
    await expectSound(reward.playerId);
  });

  test('is not given back by reopening an announcement whose reward was paid', async () => {
    const reward = pending();
    const { claim } = await granted(announce(reward));
    await granted(commit(recovery(reward)));
    await granted(reverse(claim, { reopen: true }));
    expect(await usedBy(reward.playerId)).toEqual({ [DAYS[0]]: 1 });
    await expectSound(reward.playerId);
  });

  test('of a later day does not count a payment whose announcement used the limit of an earlier day', async () => {
    const reward = pending();
    await granted(announce(reward));
    // The announcement was made two days ago.
    const today = new Date().toISOString().slice(0, 10);
    const later = { ...chestLimit(), period: today, since: `${today}T00:00:00.000Z` };
    await owner.query(
      `UPDATE onceward.pending_rewards w
          SET plan = jsonb_set(plan::jsonb, '{uses,0,5}',
                               to_jsonb(extract(epoch FROM now() - interval '2 days') * 1000))::json
         FROM onceward.actors a WHERE a.no = w.player AND (a.id, a.kind) = ($1, 1)`,
      [reward.playerId],
    );
    await granted(commit(claimOf(reward, { limits: [later] })));
    const next = pending(reward.playerId);
    await granted(commit(claimOf(next, { limits: [later] })));
    const third = pending(reward.playerId);
    expect(await commit(claimOf(third, { limits: [later] }))).toMatchObject({
      rejection: { kind: 'limit_exceeded', remaining: 0 },
    });
    expect(await usedBy(reward.playerId)).toEqual({ [DAYS[0]]: 1, [today]: 1 });
    await expectSound(reward.playerId);
  });
});
