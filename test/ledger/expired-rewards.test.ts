// A pending reward that expires is settled once, by whatever comes first: an operation that would have paid it, or the sweep.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { KernelOperation, KernelPlan } from '../../src/ledger/kernel-contract.ts';
import { granted, type LedgerOutcome, openLedger } from '../support/ledger/ledger.ts';
import { usedOf } from '../support/ledger/limits.ts';
import { give } from '../support/ledger/operations.ts';
import { isPending } from '../support/ledger/pending.ts';
import { reversalHelpers } from '../support/ledger/reversals.ts';
import { standing } from '../support/ledger/standing.ts';
import {
  announcement,
  claimOf,
  limitUse,
  type Pending,
  pending,
  recovery,
  reversal,
} from '../support/ledger/systems.ts';

const ledger = openLedger();
const { app, owner, commit, preview, playerLedger, addStaff } = ledger;
const { expectSound } = reversalHelpers(ledger);

const TWO_GOLD = { on_expiry: [give('gold', 2)] };

/** Announces a reward that expires in a day. */
async function announce(
  reward: Pending,
  plan: Partial<KernelPlan> = {},
  over: Partial<KernelOperation> = {},
): Promise<void> {
  const expires_at = new Date(Date.now() + 86_400_000).toISOString();
  const operation = announcement(reward, plan, over);
  const announces = operation.announces && { ...operation.announces, expires_at };
  await granted(commit({ ...operation, announces }));
}

/** Lets the player's pending rewards expire so many milliseconds after now, or a moment after they were announced. */
async function expire({ playerId }: Pending, after: number | null = null): Promise<string> {
  const { rows } = await owner.query(
    `UPDATE onceward.pending_rewards w
        SET expires_at = coalesce(date_trunc('milliseconds', clock_timestamp()) + $2::integer * interval '1 ms',
                                  announced_at + interval '1 ms')
       FROM onceward.actors a WHERE a.no = w.player AND (a.id, a.kind) = ($1, 1) RETURNING w.expires_at`,
    [playerId, after],
  );
  return rows[0].expires_at.toISOString();
}

/** Announces a reward that has expired. */
async function announceExpired(...parameters: Parameters<typeof announce>): Promise<string> {
  await announce(...parameters);
  const expiresAt = await expire(parameters[0]);
  await sleep(3);
  return expiresAt;
}

/** Settles everything that is due in the database, and returns how much that was. */
async function sweep(): Promise<number> {
  let settled = 0;
  for (;;) {
    const { rows } = await app.query('SELECT onceward.expire_rewards()::int AS settled');
    if (rows[0].settled === 0) return settled;
    settled += rows[0].settled;
  }
}

const expiriesOf = async (playerId: string) => {
  const { rows } = await owner.query(
    `SELECT number, announced, claim_type, claim_key, actor_kind, actor_id, units, version, occurred_at
       FROM onceward.claims_by_name WHERE player_id = $1 AND operation = 'expireReward' ORDER BY number`,
    [playerId],
  );
  return rows;
};

describe('a reward that expired', () => {
  test.each([
    ['its claim', claimOf],
    ['recoverReward', recovery],
  ])('is not paid by %s, which is refused and settles it', async (_, road) => {
    const reward = pending();
    const expiredAt = await announceExpired(reward);
    const refused = await commit(road(reward));
    expect(refused).toMatchObject({
      rejection: { kind: 'reward_expired', number: 2, expiredAt },
      original: { claim: { operation: 'expireReward', number: 2 }, changes: [] },
    });
    expect(await isPending(owner, reward)).toBe(false);
    expect(await expiriesOf(reward.playerId)).toEqual([
      {
        ...{ number: 2, announced: 1, claim_type: reward.type, claim_key: reward.key, units: 0, version: 0 },
        ...{ actor_kind: 'operator', actor_id: 'onceward', occurred_at: new Date(expiredAt) },
      },
    ]);
    expect((await playerLedger(reward.playerId)).balances).toEqual({});
    await expectSound(reward.playerId);
  });

  test('is refused in the same way whether an operation or the sweep settled it, and under the same key again', async () => {
    const [byCollect, bySweep] = [pending(), pending()];
    const expired = [await announceExpired(byCollect, TWO_GOLD), await announceExpired(bySweep, TWO_GOLD)];
    expect(await sweep()).toBeGreaterThanOrEqual(2);
    for (const [index, reward] of [byCollect, bySweep].entries()) {
      const operation = recovery(reward);
      const first = await commit(operation);
      expect(first).toMatchObject({
        rejection: { kind: 'reward_expired', number: 2, expiredAt: expired[index] },
        original: { changes: [{ resource: 'gold', delta: 2 }] },
      });
      expect(await commit(operation)).toEqual({ ...first, replayed: true });
      expect(await commit(announcement(reward, {}, { claim_key: 'by-another-caller' }))).toMatchObject({
        rejection: { kind: 'reward_expired' },
      });
      expect((await playerLedger(reward.playerId)).balances).toEqual({ gold: 2 });
      await expectSound(reward.playerId);
    }
  });

  test('gives what its announcement says for that case, with levels, as far as ceilings let it', async () => {
    const reward = pending();
    await announceExpired(reward, {
      on_expiry: [give('gold', 9, { ceiling: 4, clamp: true }), give('experience', 350)],
      resources: ['gold', 'experience', 'levels_paid', 'stat_points'],
    });
    await sweep();
    expect(await playerLedger(reward.playerId)).toMatchObject({
      balances: { gold: 4, experience: 350, levels_paid: 2, stat_points: 6 },
      // The announcement left the version; what the player has now is another version.
      ...{ number: 2, version: 1 },
    });
    await expectSound(reward.playerId);
  });

  test('is previewed as expired, and nothing is written', async () => {
    const reward = pending();
    const expiredAt = await announceExpired(reward);
    const before = await standing(owner, reward.playerId);
    const { preview: previewed } = await preview(claimOf(reward));
    expect(previewed).toMatchObject({
      rejection: { kind: 'reward_expired', number: null, expiredAt },
      original: null,
    });
    expect(await standing(owner, reward.playerId)).toEqual(before);
  });

  /** The claim that settled a reward. */
  async function settled(reward: Pending, plan: Partial<KernelPlan>) {
    await announceExpired(reward, plan);
    const refused = await commit(recovery(reward));
    if (refused.kind !== 'rejected' || !refused.original) throw new Error('no original');
    return refused.original.claim;
  }

  test('cannot be taken back where it gave nothing', async () => {
    const reward = pending();
    const expiry = await settled(reward, {});
    const before = await standing(owner, reward.playerId);
    const reversed = await commit(reversal(await addStaff(), expiry, { reopen: true }));
    expect(reversed).toMatchObject({ rejection: { kind: 'not_reversible', why: 'expired' } });
    expect(await standing(owner, reward.playerId)).toEqual(before);
  });

  test('gives back once what it gave instead, and stays expired', async () => {
    const reward = pending();
    const expiry = await settled(reward, TWO_GOLD);
    const staff = await addStaff();
    const back = await granted(commit(reversal(staff, expiry)));
    expect(back.changes).toMatchObject([{ resource: 'gold', delta: -2 }]);
    const before = await standing(owner, reward.playerId);
    expect(await commit(reversal(staff, expiry))).toMatchObject({ rejection: { kind: 'already_claimed' } });
    for (const again of [recovery(reward), claimOf(reward), announcement(reward, {}, { claim_key: 'again' })])
      expect(await commit(again)).toMatchObject({ rejection: { kind: 'reward_expired', number: 2 } });
    expect(await standing(owner, reward.playerId)).toEqual(before);
    await expectSound(reward.playerId);
  });

  test('can be announced again once what it gave is taken back and reopened', async () => {
    const reward = pending();
    await granted(commit(reversal(await addStaff(), await settled(reward, TWO_GOLD), { reopen: true })));
    await granted(commit(announcement(reward, {}, { claim_key: 'corrected' })));
    await granted(commit(recovery(reward)));
    expect((await playerLedger(reward.playerId)).balances).toEqual({ gold: 7 });
    await expectSound(reward.playerId);
  });

  test.each([
    ['2 units', { quantity: 2 }],
    ['no unit', { quantity: 0 }],
  ])('does not give back %s of what it gave', async (_, part) => {
    const reward = pending();
    const expiry = await settled(reward, TWO_GOLD);
    const before = await standing(owner, reward.playerId);
    expect(await commit(reversal(await addStaff(), expiry, part))).toMatchObject({
      rejection: { kind: 'not_reversible', why: 'quantity', remaining: 1 },
    });
    expect(await standing(owner, reward.playerId)).toEqual(before);
  });

  test('gives the limits of its announcement back, and counts towards none', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const limit = limitUse({
      ...{ name: 'claims:chest', claim_type: 'chest', rejection: 'claims', bound: 1 },
      ...{ period: today, since: `${today}T00:00:00.000Z` },
    });
    const reward = pending();
    await announceExpired(reward, {}, { limits: [limit] });
    expect(await usedOf(owner, reward.playerId)).toEqual({ [`claims:chest ${today}`]: 1 });
    const next = pending(reward.playerId);
    expect(await commit(announcement(next, {}, { limits: [limit] }))).toMatchObject({
      rejection: { kind: 'limit_exceeded' },
    });
    await sweep();
    expect(await usedOf(owner, reward.playerId)).toEqual({ [`claims:chest ${today}`]: 0 });
    await granted(commit(announcement(next, {}, { limits: [limit] })));
    // A limit that is published now counts what was claimed today: the announcement is to come, and the expiry is no claim.
    const published = { ...limit, name: 'exchange:training', bound: 2 };
    await granted(commit(recovery(next)));
    await granted(commit(claimOf(pending(reward.playerId), { limits: [published] })));
    expect(await usedOf(owner, reward.playerId)).toMatchObject({ [`exchange:training ${today}`]: 2 });
    await expectSound(reward.playerId);
  });
});

describe('at the moment of the expiry', () => {
  const ROADS = [
    claimOf,
    recovery,
    (reward: Pending) => claimOf(reward, { mode: 'commit', source: 'pending' }),
  ];

  test('what is paid was paid before it, and what is refused was refused at it or after', async () => {
    const rewards = Array.from({ length: 24 }, () => pending());
    for (const reward of rewards) await announce(reward, TWO_GOLD);
    const times = await Promise.all(rewards.map((reward) => expire(reward, 600)));
    const outcomes = await Promise.all(
      rewards.map(async (reward, index) => {
        // Around the expiry, which each reward has for itself.
        await sleep(Math.max(0, Date.parse(times[index] as string) - Date.now() + 4 * (index - 16)));
        return commit((ROADS[index % ROADS.length] as typeof claimOf)(reward));
      }),
    );
    await sweep();
    for (const [index, outcome] of outcomes.entries()) {
      const { playerId } = rewards[index] as Pending;
      const expiresAt = Date.parse(times[index] as string);
      const { balances } = await playerLedger(playerId);
      if (outcome.kind === 'granted') {
        expect(outcome.claim.claimedAt).toBeLessThan(expiresAt);
        expect(balances).toEqual({ gold: 7 });
      } else {
        expect(outcome).toMatchObject({ rejection: { kind: 'reward_expired' } });
        const settledAt = outcome.kind === 'rejected' && outcome.original?.claim.claimedAt;
        expect(settledAt).toBeGreaterThanOrEqual(expiresAt);
        expect(balances).toEqual({ gold: 2 });
      }
      await expectSound(playerId);
    }
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['granted', 'rejected']));
  });

  test('sweeps and operations at once settle each reward once', async () => {
    const playerId = pending().playerId;
    const rewards = Array.from({ length: 12 }, () => pending(playerId));
    for (const reward of rewards) await announce(reward, TWO_GOLD);
    await expire({ ...pending(playerId) });
    await sleep(3);
    const outcomes = await Promise.all([
      ...rewards.flatMap((reward) => ROADS.map((road) => commit(road(reward)))),
      ...Array.from({ length: 8 }, sweep),
    ]);
    const refused = outcomes.filter((outcome) => typeof outcome !== 'number') as LedgerOutcome[];
    expect(refused.every((outcome) => outcome.kind === 'rejected')).toBe(true);
    expect(await expiriesOf(playerId)).toHaveLength(rewards.length);
    expect((await playerLedger(playerId)).balances).toEqual({ gold: 2 * rewards.length });
    await expectSound(playerId);
  });
});
