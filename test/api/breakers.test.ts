/** Breakers: what exceeds a bound is held back, and staff release or drop it. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  claim,
  guarded,
  heldClaim,
  inboxOf,
  lumeesOf,
  newStaff,
  TOO_MUCH,
} from '../support/worker/breakers.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { addStaffMember, auditEvents, ledgerFaults, owner } from '../support/worker/ledger-state.ts';
import { playerWith } from '../support/worker/players.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

describe('rewards that are collected together', () => {
  beforeAll(() => guarded({ hourly: { resource: 'lumees', perHour: 20_000 } }));

  it('fail by themselves while their breaker is counted elsewhere, and are collected by the same call later', async () => {
    await claim(fresh('player'));
    const playerId = fresh('player');
    for (const key of ['gift-1', 'gift-2'])
      receiptOf(await asServer().announceReward({ playerId, type: 'gift', key }));
    const counting = owner`
      WITH held AS (SELECT c.stripe FROM onceward.breaker_counters c FOR NO KEY UPDATE)
      SELECT count(*), pg_sleep(4) FROM held`;
    const isHeld = async () => {
      const [row] = await owner`
        SELECT count(*)::int AS free FROM (
          SELECT FROM onceward.breaker_counters c FOR NO KEY UPDATE SKIP LOCKED) AS f`;
      return row?.free === 0;
    };
    const locked = counting.then(() => {});
    while (!(await isHeld()));
    const key = freshKey();
    const collect = () => asPlayer(playerId).collectRewards({ all: true }, { key });
    const results = (answer: Awaited<ReturnType<typeof collect>>) =>
      resultAs(answer, 'CollectRewardsReceipt').items.map(({ result }) => result);
    const failure = { __typename: 'ItemFailed', errorCode: 'UNAVAILABLE', retryable: true };
    expect(results(await collect())).toMatchObject([failure, failure]);
    expect([await lumeesOf(playerId), (await inboxOf(playerId)).length]).toEqual([0, 2]);
    await locked;
    const types = results(await collect()).map((result) => result.__typename);
    expect([types, await lumeesOf(playerId)]).toEqual([['Receipt', 'Receipt'], 2_000]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});

describe('a formula that pays a thousand times too much', () => {
  beforeAll(() => guarded({ hourly: { resource: 'lumees', perHour: TOO_MUCH - 1 } }));

  it('is replayed as it was held, and cannot be collected until it is released', async () => {
    const key = freshKey();
    const playerId = fresh('player');
    const send = () => asServer().claimReward({ playerId, type: 'wave', key: 'w-1', facts: null }, { key });
    const first = receiptOf(await send());
    expect(first).toMatchObject({ changes: [], claim: { becamePending: true } });
    const again = await writingNothing(playerId, send);
    expect(receiptOf(again)).toEqual({ ...first, replayed: true });
    const other = await movingNothing(playerId, () => claim(playerId, 'w-1'));
    expect(rejectionOf(other, 'AlreadyClaimed').original?.becamePending).toBe(true);
    const [reward] = await inboxOf(playerId);
    expect(reward).toMatchObject({
      ...{ id: first.claim.id, origin: 'BREAKER', isHeld: true, type: 'held_reward' },
      gives: [{ resource: 'lumees', amount: TOO_MUCH }],
    });
    const all = await movingNothing(playerId, () => asPlayer(playerId).collectRewards({ all: true }));
    expect(resultAs(all, 'CollectRewardsReceipt').items).toEqual([]);
    const one = await movingNothing(playerId, () =>
      asPlayer(playerId).collectRewards({ ids: [first.claim.id] }),
    );
    expect(resultAs(one, 'CollectRewardsReceipt').items.map(({ result }) => result.__typename)).toEqual([
      'RewardHeld',
    ]);
  });

  it('is refused where somebody pays for it, until the hour is over, and nothing is charged', async () => {
    const { playerId } = await playerWith({ auric_coins: 5 });
    const answer = await movingNothing(playerId, () =>
      asPlayer(playerId).exchange({ exchange: 'wave_shop' }),
    );
    const { retryAt } = rejectionOf(answer, 'EmissionPaused');
    expect(new Date(retryAt).getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(new Date(retryAt).toISOString()).toMatch(/:00:00\.000Z$/);
  });
});

describe('staff', () => {
  beforeAll(() =>
    guarded({ waves: { claimTypes: ['wave'], perHour: 1 } }, { ceiling: 5_500, atCeiling: 'reject' }).then(
      () => claim(fresh('player')),
    ),
  );

  it('release the rewards of one player, under a key that replays, with an audit row for each payment', async () => {
    const [one, other] = [await heldClaim(), await heldClaim()];
    const staffId = await addStaffMember(fresh('staff'), { role: 'support' });
    const key = freshKey();
    const input = { playerId: one.playerId, reason: 'it was right' };
    const first = resultAs(await asStaff(staffId).releaseRewards(input, { key }), 'HeldReceipt');
    expect(first.settlement).toEqual({ settled: 1, waiting: 0, hasMore: false });
    const again = resultAs(await asStaff(staffId).releaseRewards(input, { key }), 'HeldReceipt');
    expect(again).toEqual({ ...first, replayed: true });
    expect([await lumeesOf(one.playerId), await lumeesOf(other.playerId)]).toEqual([TOO_MUCH, 0]);
    expect((await auditEvents(staffId)).map(({ action }) => action)).toEqual([
      'releaseRewards',
      'releaseRewards',
    ]);
    const reused = await asStaff(staffId).releaseRewards({ ...input, playerId: other.playerId }, { key });
    expect(rejectionOf(reused, 'IdempotencyKeyReused').fields).toEqual(['playerId']);
  });

  it('let a player collect what does not fit when it is released', async () => {
    const { playerId } = await playerWith({ lumees: 300 });
    const held = receiptOf(await claim(playerId)).claim;
    expect(held.becamePending).toBe(true);
    receiptOf(await asServer().claimReward({ playerId, type: 'gift', key: fresh('gift'), facts: null }));
    const staff = await newStaff();
    const { settlement } = resultAs(
      await staff.releaseRewards({ playerId, reason: 'it was right' }),
      'HeldReceipt',
    );
    expect(settlement).toEqual({ settled: 0, waiting: 1, hasMore: false });
    expect([await lumeesOf(playerId), await inboxOf(playerId)]).toMatchObject([
      1_300,
      [{ id: held.id, isHeld: false }],
    ]);
    const full = await movingNothing(playerId, () => asPlayer(playerId).collectRewards({ all: true }));
    expect(resultAs(full, 'CollectRewardsReceipt').items.map(({ result }) => result.__typename)).toEqual([
      'LimitExceeded',
    ]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('drop claims with what they would give, and they stay made or can be made again', async () => {
    const staff = await newStaff();
    for (const reopen of [false, true]) {
      const key = fresh('wave');
      const { playerId } = await heldClaim(key);
      const dropped = resultAs(
        await staff.dropRewards({ playerId, reason: 'a defect', reopen }),
        'HeldReceipt',
      );
      expect(dropped.settlement).toEqual({ settled: 1, waiting: 0, hasMore: false });
      expect([await lumeesOf(playerId), await inboxOf(playerId)]).toEqual([0, []]);
      const again = await claim(playerId, key);
      if (reopen) expect(receiptOf(again).claim.becamePending).toBe(true);
      else expect(rejectionOf(again, 'AlreadyClaimed').reversedBy).not.toBeNull();
      expect(await ledgerFaults(playerId)).toEqual([]);
    }
  });

  it('see what is held, and others do not', async () => {
    const { playerId, claimId } = await heldClaim();
    const staffId = await addStaffMember(fresh('staff'), { role: 'support' });
    const { edges } = resultOf(await asStaff(staffId).heldRewards({ filter: { playerId, type: 'wave' } }));
    expect(edges.map(({ node }) => node)).toMatchObject([
      {
        playerId,
        claimId,
        type: 'wave',
        breaker: 'waves',
        gives: [{ resource: 'lumees', amount: TOO_MUCH }],
      },
    ]);
    expect((await auditEvents(staffId)).map(({ action, outcome }) => [action, outcome])).toEqual([
      ['heldRewards', 'listed'],
    ]);
    const economist = asStaff(await addStaffMember(fresh('staff'), { role: 'economist' }));
    for (const client of [asPlayer(playerId), asServer(), economist]) {
      const answer = await movingNothing(playerId, () => client.releaseRewards({ playerId, reason: 'mine' }));
      expect(faultOf(answer).code).toBe('FORBIDDEN');
    }
    const nobody = await asStaff(staffId).releaseRewards({ playerId: fresh('nobody'), reason: 'none' });
    expect(rejectionOf(nobody, 'UnknownPlayer')).toBeDefined();
    const many = await movingNothing(playerId, () =>
      asStaff(staffId).releaseRewards({ playerId, reason: 'too many', atMost: 501 as never }),
    );
    expect(faultOf(many)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'atMost' });
  });
});
