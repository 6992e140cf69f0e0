// What staff freeze: a frozen player gains nothing that staff do not release, and spends nothing.
import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { heldOf } from '../support/ledger/breakers.ts';
import { claim, frozenPlayer, purchase, settleHeld } from '../support/ledger/held.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { usedOf } from '../support/ledger/limits.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import {
  announcement,
  claimOf,
  freeze,
  limitUse,
  pending,
  recovery,
  reversal,
  transfer,
} from '../support/ledger/systems.ts';

const ledger = openLedger();
const { owner, commit, preview, addStaff } = ledger;

const FROZEN = { kind: 'rejected', rejection: { kind: 'player_frozen' } };
const balancesOf = async (player: string) => (await ledger.playerLedger(player)).balances;
const expectSound = async (...players: string[]) =>
  expect(await brokenInvariants(owner, players)).toEqual([]);
const frozenAt = async (player: string) =>
  (await owner.query('SELECT frozen_at FROM onceward.actors WHERE (id, kind) = ($1, 1)', [player])).rows[0]
    .frozen_at;

const frozen = (player?: string) => frozenPlayer(ledger, player);

/** Expects PLAYER_FROZEN, also of the retry and of a preview, and that nothing moved. */
async function refused(sent: KernelOperation, ...players: string[]) {
  const before = await standing(owner, sent.player, ...players);
  expect(await preview(sent)).toMatchObject({ preview: FROZEN });
  expect(await commit(sent)).toMatchObject({ ...FROZEN, replayed: false });
  expect(await commit(sent)).toMatchObject({ ...FROZEN, replayed: true });
  expect(await standing(owner, sent.player, ...players)).toEqual(before);
}

describe('freezing', () => {
  test('is a claim of the player with an audit row, and moves nothing', async () => {
    const { player, staff } = await frozen();
    expect(await balancesOf(player)).toEqual({ gold: 100 });
    const { rows } = await owner.query(
      `SELECT operation, actor_id, reason FROM onceward.claims_by_name WHERE player_id = $1 AND number = 2`,
      [player],
    );
    expect(rows).toEqual([{ operation: 'freezePlayer', actor_id: staff, reason: 'a suspicion' }]);
    const audit = await owner.query(
      `SELECT e.action, e.outcome FROM onceward.audit_events e JOIN onceward.actors a ON a.no = e.player WHERE a.id = $1`,
      [player],
    );
    expect(audit.rows).toEqual([{ action: 'freezePlayer', outcome: 'granted' }]);
    await expectSound(player);
  });

  test('is no award: it uses nothing of its staff member’s day', async () => {
    const staff = await addStaff({ limit: 0, budget: 0 });
    const player = fresh('player');
    await granted(commit(claim(player, 1)));
    await granted(commit(freeze(staff, player)));
    await granted(commit(freeze(staff, player, false)));
    expect(Object.values(await usedOf(owner, staff))).toEqual([0]);
  });

  test('twice leaves the first time, and so does unfreezing a player who is not frozen', async () => {
    const { player, staff } = await frozen();
    const first = await frozenAt(player);
    expect(first).not.toBeNull();
    await granted(commit(freeze(staff, player)));
    expect(await frozenAt(player)).toEqual(first);
    await granted(commit(freeze(staff, player, false)));
    await granted(commit(freeze(staff, player, false)));
    expect(await frozenAt(player)).toBeNull();
  });

  test('needs the permission, and an existing player', async () => {
    const player = fresh('player');
    await granted(commit(claim(player, 1)));
    const before = await standing(owner, player);
    const auditor = await addStaff({ role: 'auditor' });
    expect(await commit(freeze(auditor, player))).toMatchObject({ kind: 'forbidden', why: 'role' });
    for (const over of [
      { actor_kind: 'server', actor_id: 'arena-1', staff: null },
      { actor_kind: 'player', actor_id: player, staff: null },
    ] as const)
      await expect(commit(freeze(auditor, player, true, over))).rejects.toThrow('staff_freeze_players');
    await expect(
      commit(freeze(await addStaff(), player, true, { permission: 'reward:manual' })),
    ).rejects.toThrow('staff_freeze_players');
    expect(await standing(owner, player)).toEqual(before);
    const nobody = fresh('player');
    expect(await commit(freeze(await addStaff(), nobody))).toMatchObject({
      rejection: { kind: 'unknown_player' },
    });
    expect(await frozenAt(nobody)).toBeNull();
  });
});

describe('what a frozen player gains', () => {
  test('is granted and held: claims, awards of staff, grants that may become pending', async () => {
    const { player, staff } = await frozen();
    const claims = [
      claim(player, 7, { limits: [limitUse()] }),
      award(staff, 8, {}, { player }),
      claim(player, 9, { on_full: { origin: 3, message: null } }),
      claim(player, 10, { actor_kind: 'player', actor_id: player }),
    ];
    for (const sent of claims) {
      expect(await preview(sent)).toMatchObject({
        preview: { kind: 'preview', becamePending: true, changes: [] },
      });
      expect(await granted(commit(sent))).toMatchObject({ changes: [], claim: { becamePending: true } });
      expect(await commit(sent)).toMatchObject({
        replayed: true,
        changes: [],
        claim: { becamePending: true },
      });
    }
    expect(await balancesOf(player)).toEqual({ gold: 100 });
    expect(await heldOf(ledger, player)).toEqual(
      [
        { key: 'held/3', of: 'quest', gold: 7 },
        { key: 'held/4', of: 'manual_reward', gold: 8 },
        { key: 'held/5', of: 'quest', gold: 9 },
        { key: 'held/6', of: 'quest', gold: 10 },
      ].map(({ gold, ...held }) => ({ ...held, origin: 'frozen', by: null, gives: { gold } })),
    );
    await expectSound(player);
  });

  test('is rejected for its own reason where it would be rejected anyway', async () => {
    const { player } = await frozen();
    const once = claim(player, 7);
    await granted(commit(once));
    expect(await commit({ ...once, idempotency_key: fresh('key') })).toMatchObject({
      rejection: { kind: 'already_claimed' },
    });
    expect(await commit(purchase(player, { postings: [take('gold', 101)] }))).toMatchObject({
      rejection: { kind: 'insufficient_balance' },
    });
    expect(await balancesOf(player)).toEqual({ gold: 100 });
  });

  test('is released once by the ID of the player, frozen or not, and by nothing else', async () => {
    for (const isFrozen of [true, false]) {
      const { player, staff } = await frozen();
      for (const amount of [7, 8]) await granted(commit(claim(player, amount)));
      if (!isFrozen) await granted(commit(freeze(staff, player, false)));
      const before = await standing(owner, player);
      expect(await settleHeld(ledger, staff, { kind: 'held.release', type: 'quest' })).toMatchObject({
        settled: 0,
      });
      expect(await commit(recovery({ playerId: player, type: 'held_reward', key: 'held/3' }))).toMatchObject({
        rejection: { kind: 'reward_held' },
      });
      expect(await standing(owner, player)).toEqual(before);
      const releases = Array.from({ length: 4 }, () =>
        settleHeld(ledger, staff, { kind: 'held.release', player }),
      );
      const settled = (await Promise.all(releases)).map((done) => done.settled);
      expect(settled.reduce((sum, one) => sum + one, 0)).toBe(2);
      expect(await settleHeld(ledger, staff, { kind: 'held.release', player })).toMatchObject({ settled: 0 });
      expect(await balancesOf(player)).toEqual({ gold: 115 });
      await expectSound(player);
    }
  });

  test('is dropped with its claim', async () => {
    const { player, staff } = await frozen();
    await granted(commit(claim(player, 7)));
    expect(await settleHeld(ledger, staff, { kind: 'held.drop', player, reopen: false })).toMatchObject({
      settled: 1,
    });
    expect(await heldOf(ledger, player)).toEqual([]);
    expect(await balancesOf(player)).toEqual({ gold: 100 });
    await expectSound(player);
  });

  test('of an expired reward is held', async () => {
    const reward = pending();
    const { player } = await frozen(reward.playerId);
    const sent = announcement(reward, { on_expiry: [give('gold', 3)] });
    if (!sent.announces) throw new Error('nothing is announced');
    const expires_at = new Date(Date.now() + 300).toISOString();
    await granted(commit({ ...sent, announces: { ...sent.announces, expires_at } }));
    await expect
      .poll(() => commit(recovery(reward)), { timeout: 20_000, interval: 200 })
      .toMatchObject({ rejection: { kind: 'reward_expired' } });
    expect(await balancesOf(player)).toEqual({ gold: 100 });
    expect(await heldOf(ledger, player)).toMatchObject([
      { origin: 'frozen', of: 'chest', gives: { gold: 3 } },
    ]);
    await expectSound(player);
  });

  test('is nothing of gifts, and the giver learns no more than of a player who declines them', async () => {
    const { player } = await frozen();
    const giver = fresh('player');
    await granted(commit(claim(giver, 50)));
    const before = await standing(owner, giver, player);
    expect(await commit(transfer(giver, player, 5))).toMatchObject({
      rejection: { kind: 'gifts_declined', playerId: player },
    });
    expect(await standing(owner, giver, player)).toEqual(before);
  });
});

describe('what a frozen player cannot do', () => {
  test('is to buy, to spend, and to give', async () => {
    const { player } = await frozen();
    const other = fresh('player');
    await granted(commit(claim(other, 1)));
    await refused(purchase(player));
    await refused(operation({ player, name: 'spendResource', postings: [take('gold', 5)] }));
    await refused(transfer(player, other, 5), other);
    // Whether the other player takes gifts is not looked at.
    await granted(commit(operation({ player: other, postings: [], accepts_gifts: false })));
    await refused(transfer(player, other, 5), other);
    const choice = { one_of: [{ when: [], draws: [], postings: [take('gold', 5), give('gems', 1)] }] };
    await refused(operation({ player, postings: [], choices: [choice] }));
  });

  test('is to get what was announced, which stays pending and is paid once afterwards', async () => {
    const reward = pending();
    const { player, staff } = await frozen(reward.playerId);
    await granted(commit(announcement(reward)));
    await refused(claimOf(reward));
    await refused(recovery(reward, { actor_kind: 'player', actor_id: player }));
    await granted(commit(freeze(staff, player, false)));
    await granted(commit(claimOf(reward)));
    expect(await commit(claimOf(reward))).toMatchObject({ rejection: { kind: 'already_claimed' } });
    expect(await balancesOf(player)).toEqual({ gold: 107 });
    await expectSound(player);
  });

  test('is recorded: after unfreezing, the same key stays rejected, and a new one is granted', async () => {
    const { player, staff } = await frozen();
    const sent = purchase(player);
    await refused(sent);
    await granted(commit(freeze(staff, player, false)));
    expect(await commit(sent)).toMatchObject({ ...FROZEN, replayed: true });
    await granted(commit({ ...sent, idempotency_key: fresh('key') }));
    expect(await balancesOf(player)).toEqual({ gold: 95, gems: 1 });
  });
});

describe('what goes on for a frozen player', () => {
  test('is what staff take and reverse, and announcements', async () => {
    const player = fresh('player');
    const { claim: made } = await granted(commit(claim(player, 40)));
    const { staff } = await frozen(player);
    const taking = award(
      staff,
      0,
      {},
      {
        ...{ player, name: 'takeResource', permission: 'reward:take', claim_type: 'taking' },
        postings: [take('gold', 20)],
      },
    );
    await granted(commit(taking));
    await granted(commit(reversal(staff, made)));
    await granted(commit(announcement(pending(player))));
    expect(await balancesOf(player)).toEqual({ gold: 80 });
    await expectSound(player);
  });

  test('is a server’s or player’s use of the same permission in nothing', async () => {
    const { player } = await frozen();
    for (const permission of ['reward:take', 'breaker:release'])
      await refused(purchase(player, { permission, actor_kind: 'player', actor_id: player }));
  });

  test('is progress, damage and healing, with which nothing is bought', async () => {
    const { player } = await frozen();
    const advance = operation({
      player,
      postings: [],
      advances: [give('progress', 1, { reset_before: '-infinity', clamp: true })],
    });
    const outcome = await granted(commit(advance));
    expect(outcome).toMatchObject({ changes: [{ resource: 'progress', delta: 1 }] });
    expect(outcome.claim.becamePending).toBe(null);
    const combat = {
      player,
      actor_kind: 'server',
      actor_id: 'arena-1',
      permission: 'combat:correct',
    } as const;
    await granted(commit(operation({ ...combat, postings: [give('health', 9)] })));
    await granted(commit(operation({ ...combat, postings: [take('health', 5, { clamp: true })] })));
    expect(await balancesOf(player)).toEqual({ gold: 100, health: 504, progress: 1 });
    expect(await heldOf(ledger, player)).toEqual([]);
  });

  test('is each known key, as it was answered', async () => {
    const player = fresh('player');
    const [won, bought] = [claim(player, 50), purchase(player)];
    await granted(commit(won));
    await granted(commit(bought));
    const staff = await addStaff();
    await granted(commit(freeze(staff, player)));
    for (const known of [won, bought])
      expect(await commit(known)).toMatchObject({ kind: 'granted', replayed: true });
  });
});
