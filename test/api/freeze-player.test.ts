// freezePlayer and unfreezePlayer: what a frozen player is answered, and what staff do with what was held.
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import {
  type Answer,
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { addStaffMember, auditEvents, ledgerFaults } from '../support/worker/ledger-state.ts';
import { playerWith, viewOf } from '../support/worker/players.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import type { ExchangeResult } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { balanceOf, movingNeither, transfer } from '../support/worker/transfers.ts';

beforeAll(serveExample);

const SUSPICION = 'claims at a rate that nobody can play';

/** A player with 500 lumees and 1,000 auric coins, frozen by a member of support. */
async function frozenPlayer() {
  const { playerId } = await playerWith({ lumees: 500, auric_coins: 1_000 });
  const staffId = await addStaffMember(fresh('staff'));
  const staff = asStaff(staffId);
  const { claim } = receiptOf(await staff.freezePlayer({ playerId, reason: SUSPICION }));
  return { playerId, staffId, staff, claim };
}
const inboxOf = async (playerId: string) =>
  resultOf(await asPlayer(playerId).inbox({ first: 100 })).edges.map(({ node }) => node);

describe('freezing', () => {
  it('is shown to the player and to staff, in the timeline and in the audit, and replays', async () => {
    const playerId = await seasonedPlayer();
    expect((await viewOf(playerId)).frozenAt).toBeNull();
    const staffId = await addStaffMember(fresh('staff'));
    const staff = asStaff(staffId);
    const key = freshKey();
    const send = () => staff.freezePlayer({ playerId, reason: SUSPICION }, { key });
    const first = receiptOf(await send());
    expect(first).toMatchObject({ changes: [], claim: { operation: 'freezePlayer', type: 'freeze' } });
    expect(receiptOf(await writingNothing(playerId, send))).toEqual({ ...first, replayed: true });
    const { frozenAt } = await viewOf(playerId);
    expect(frozenAt).toBe(first.claim.claimedAt);
    expect(resultOf(await staff.player({ id: playerId }))?.frozenAt).toBe(frozenAt);
    expect((await auditEvents(staffId)).at(-1)).toMatchObject({ action: 'freezePlayer', outcome: 'granted' });
    const timeline = resultOf(await staff.timeline({ playerId, first: 1 }));
    expect(JSON.stringify(timeline)).toContain(SUSPICION);
    receiptOf(await staff.unfreezePlayer({ playerId, reason: 'nothing was found' }));
    expect((await viewOf(playerId)).frozenAt).toBeNull();
  });

  it('is for support and admins, of players who exist', async () => {
    const playerId = await seasonedPlayer();
    const others = await Promise.all(
      (['economist', 'auditor'] as const).map(async (role) =>
        asStaff(await addStaffMember(fresh('staff'), { role })),
      ),
    );
    for (const client of [asPlayer(playerId), asServer(), ...others]) {
      const answer = await movingNothing(playerId, () =>
        client.freezePlayer({ playerId, reason: SUSPICION }),
      );
      expect(faultOf(answer).code).toBe('FORBIDDEN');
    }
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const nobody = fresh('nobody');
    rejectionOf(await staff.freezePlayer({ playerId: nobody, reason: SUSPICION }), 'UnknownPlayer');
    rejectionOf(await staff.unfreezePlayer({ playerId: nobody, reason: SUSPICION }), 'UnknownPlayer');
  });
});

describe('a frozen player', () => {
  it('gets nothing paid until staff release it by the player’s ID, once', async () => {
    const { playerId, staff } = await frozenPlayer();
    const chest = { type: 'weekly_chest' };
    const preview = resultAs(await asPlayer(playerId).previewClaim(chest), 'ClaimPreview');
    expect(preview).toMatchObject({ becamePending: true, changes: [] });
    expect(preview.player.version).toBe(preview.playerVersion);
    const claimed = receiptOf(await asPlayer(playerId).claimReward(chest));
    expect(claimed).toMatchObject({ changes: [], claim: { becamePending: true } });
    const grants = [{ resource: 'lumees', amount: 7 }];
    receiptOf(await staff.manualReward({ playerId, grants, reason: 'an apology' }));
    expect(await balanceOf(playerId)).toBe(500);
    expect((await inboxOf(playerId)).map(({ origin, isHeld }) => [origin, isHeld])).toEqual([
      ['FROZEN', true],
      ['FROZEN', true],
    ]);
    const { edges } = resultOf(await staff.heldRewards({ filter: { playerId } }));
    expect(edges.map(({ node }) => [node.type, node.breaker])).toEqual([
      ['weekly_chest', null],
      ['manual_reward', null],
    ]);
    const other = resultAs(
      await staff.releaseRewards({ type: 'weekly_chest', reason: 'others' }),
      'HeldReceipt',
    );
    expect(other.settlement.settled).toBe(0);
    receiptOf(await staff.unfreezePlayer({ playerId, reason: 'nothing was found' }));
    for (const settled of [2, 0]) {
      const done = await staff.releaseRewards({ playerId, reason: 'nothing was found' });
      expect(resultAs(done, 'HeldReceipt').settlement).toEqual({ settled, waiting: 0, hasMore: false });
    }
    expect(await balanceOf(playerId)).toBe(1_007);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('spends, gives and collects nothing, and a new key does it afterwards', async () => {
    const { playerId, staff } = await frozenPlayer();
    const other = await seasonedPlayer();
    const buy = { exchange: 'buy_summon_token' };
    const offers = resultOf(await asPlayer(playerId).offers({ ids: [buy.exchange] }));
    expect(offers).toMatchObject({
      frozenAt: expect.any(String),
      offers: [{ available: 0, blockedBy: [{ code: 'PLAYER_FROZEN' }] }],
    });
    expect(resultOf(await asPlayer(playerId).claimables({})).frozenAt).toBe(offers.frozenAt);
    const reward = receiptOf(
      await asServer().announceReward({ playerId, type: 'arena_chest', key: 'chest-1' }),
    ).claim;
    const points = [{ stat: 'energy', points: 1 }];
    const spend = { playerId, resource: 'lumees', amount: 5, reason: 'an entry fee' };
    const sent: readonly (() => Promise<Answer<object>>)[] = [
      () => asPlayer(playerId).previewExchange(buy),
      () => asPlayer(playerId).exchange(buy),
      () => asServer().spendResource(spend),
      () => asPlayer(playerId).spendStatPoints({ points }),
      () => asServer().recoverReward({ playerId, type: 'arena_chest', key: 'chest-1' }),
    ];
    for (const send of sent) {
      const rejection = rejectionOf(
        (await movingNothing(playerId, send)) as Answer<ExchangeResult>,
        'PlayerFrozen',
      );
      expect(rejection).toMatchObject({ code: 'PLAYER_FROZEN', message: expect.stringContaining('new key') });
    }
    const gift = await movingNeither([playerId, other], () => transfer(playerId, other));
    rejectionOf(gift, 'PlayerFrozen');
    const key = freshKey();
    const collect = () => asPlayer(playerId).collectRewards({ ids: [reward.id] }, { key });
    for (const send of [collect, collect]) {
      const { items } = resultAs(await movingNothing(playerId, send), 'CollectRewardsReceipt');
      expect(items.map(({ result }) => result.__typename)).toEqual(['PlayerFrozen']);
    }
    receiptOf(await staff.unfreezePlayer({ playerId, reason: 'nothing was found' }));
    const again = resultAs(await writingNothing(playerId, collect), 'CollectRewardsReceipt');
    expect(again.items.map(({ result }) => result.__typename)).toEqual(['PlayerFrozen']);
    receiptOf(await asPlayer(playerId).exchange(buy));
    const collected = resultAs(
      await asPlayer(playerId).collectRewards({ ids: [reward.id] }),
      'CollectRewardsReceipt',
    );
    expect(collected.items.map(({ result }) => result.__typename)).toEqual(['Receipt']);
  });

  it('receives no gift, and the giver learns nothing else', async () => {
    const { playerId } = await frozenPlayer();
    const { playerId: giver } = await playerWith({ lumees: 100 });
    const declined = await movingNeither([giver, playerId], () => transfer(giver, playerId));
    expect(rejectionOf(declined, 'GiftsDeclined').message).toBe(`Player ${playerId} does not accept gifts.`);
    expect(JSON.stringify(declined)).not.toMatch(/froz/i);
  });

  it('is corrected by staff, and damaged, healed and counted by game servers', async () => {
    const { playerId, staff } = await frozenPlayer();
    const taken = { playerId, resource: 'lumees', amount: 5, reason: 'given twice' };
    receiptOf(await staff.takeResource(taken));
    const { edges } = resultOf(await staff.claims({ playerId, first: 100 }));
    const award = edges.find(({ node: { claim } }) => claim.operation === 'manualReward');
    const reversed = {
      playerId,
      claimId: award?.node.claim.id ?? '',
      reason: 'a defect',
      ifInsufficient: 'DEBT',
    };
    receiptOf(await staff.reverseClaim(reversed as Parameters<typeof staff.reverseClaim>[0]));
    receiptOf(await asServer().applyDamage({ playerId, amount: 5 }));
    receiptOf(await asServer().heal({ playerId, amount: 3 }));
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('is answered as before under known keys', async () => {
    const { playerId } = await playerWith({ auric_coins: 1_000 });
    const key = freshKey();
    const buy = () => asPlayer(playerId).exchange({ exchange: 'buy_summon_token' }, { key });
    const first = receiptOf(await buy());
    const staff = asStaff(await addStaffMember(fresh('staff')));
    receiptOf(await staff.freezePlayer({ playerId, reason: SUSPICION }));
    expect(receiptOf(await writingNothing(playerId, buy))).toEqual({ ...first, replayed: true });
  });

  it('of a grant to many is held, and the others are paid', async () => {
    const { playerId, staff } = await frozenPlayer();
    const other = await seasonedPlayer();
    const items = [playerId, other].map((to) => ({
      playerId: to,
      item: 'apology',
      gives: [{ resource: 'lumees', amount: 9 }],
    }));
    const sent = { campaign: fresh('outage'), items, reason: 'an outage' };
    const { items: results } = resultAs(await staff.grantMany(sent), 'GrantManyReceipt');
    expect(
      results.map(({ result }) => result.__typename === 'Receipt' && result.claim.becamePending),
    ).toEqual([true, false]);
    expect([await balanceOf(playerId), await balanceOf(other)]).toEqual([500, 9]);
  });
});
