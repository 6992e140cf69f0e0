/** The claim keys of manualReward: the same award is given once a day, and a reward ID is paid once ever. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { asStaff, receiptOf, rejectionOf } from '../../support/worker/client.ts';
import { letDaysPass } from '../../support/worker/days.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import type { ManualRewardInput } from '../../support/worker/schema-types.ts';
import { fresh, freshKey } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

const award = { grants: [{ resource: 'loyalty_points', amount: 50 }], reason: 'the server was down' };

/** A player, and a staff member who gives this player awards. */
async function createDesk() {
  const playerId = await seasonedPlayer();
  const staffId = await addStaffMember(fresh('staff'));
  const give = (over: Partial<ManualRewardInput> = {}, by = staffId) =>
    asStaff(by).manualReward({ playerId, ...award, ...over });
  return { playerId, give };
}

describe('the same award', () => {
  it('answers AlreadyClaimed to the same award on the same day and grants it on the next day', async () => {
    const { playerId, give } = await createDesk();
    const receipt = receiptOf(await give());
    const idempotencyKey = freshKey();
    const answer = await movingNothing(playerId, () => give({ idempotencyKey }));
    const rejection = rejectionOf(answer, 'AlreadyClaimed');
    expect(rejection.original).toEqual(receipt.claim);

    await letDaysPass(playerId);
    const second = receiptOf(await give());
    expect(second.replayed).toBe(false);
    expect(second.claim.id).not.toBe(receipt.claim.id);
    const replay = rejectionOf(
      await writingNothing(playerId, () => give({ idempotencyKey })),
      'AlreadyClaimed',
    );
    expect(replay).toMatchObject({
      correlationId: rejection.correlationId,
      original: { id: receipt.claim.id },
    });
    expect(await ledgerState(playerId)).toMatchObject({ version: 3, balances: { loyalty_points: 100 } });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('replays the receipt of an award when its key is sent again on another day', async () => {
    const { playerId, give } = await createDesk();
    const idempotencyKey = freshKey();
    const receipt = receiptOf(await give({ idempotencyKey }));
    await letDaysPass(playerId);
    const retry = receiptOf(await writingNothing(playerId, () => give({ idempotencyKey })));
    const { id, correlationId } = receipt.claim;
    expect(retry).toMatchObject({ replayed: true, claim: { id, correlationId }, changes: receipt.changes });
  });

  it('grants awards that differ in staff member, grants, reason or reward ID', async () => {
    const { playerId, give } = await createDesk();
    const receipts = [
      await give(),
      await give({}, await addStaffMember(fresh('staff'))),
      await give({ grants: [{ resource: 'loyalty_points', amount: 51 }] }),
      await give({ grants: [{ resource: 'lumees', amount: 50 }] }),
      await give({ grants: [...award.grants, { resource: 'lumees', amount: 50 }] }),
      await give({ reason: 'the server was down again' }),
      await give({ rewardId: 'promo-1' }),
      await give({ rewardId: 'promo-2' }),
    ].map(receiptOf);
    expect(new Set(receipts.map(({ claim }) => claim.key)).size).toBe(8);
    expect(await ledgerState(playerId)).toMatchObject({ version: 9, granted: 9 });
  });

  it('answers AlreadyClaimed to an award with the same grants in another order', async () => {
    const { playerId, give } = await createDesk();
    const grants = [...award.grants, { resource: 'lumees', amount: 50 }];
    receiptOf(await give({ grants }));
    const again = await movingNothing(playerId, () => give({ grants: grants.toReversed() }));
    rejectionOf(again, 'AlreadyClaimed');
  });

  it('grants the same award to another player', async () => {
    const { give } = await createDesk();
    receiptOf(await give());
    receiptOf(await give({ playerId: await seasonedPlayer() }));
  });
});

describe('the same reward ID', () => {
  it('answers AlreadyClaimed to the same reward ID on any day, from any staff member, for any grants', async () => {
    const { playerId, give } = await createDesk();
    const receipt = receiptOf(await give({ rewardId: 'summer.2031' }));
    expect(receipt.claim.key).toBe('reward:summer.2031');
    const colleague = await addStaffMember(fresh('staff'));
    for (const _day of [1, 2]) {
      for (const over of [
        {},
        { reason: 'another reason' },
        { grants: [{ resource: 'lumees', amount: 9 }] },
      ]) {
        const again = () => give({ rewardId: 'summer.2031', ...over }, colleague);
        const { original, changes } = rejectionOf(await movingNothing(playerId, again), 'AlreadyClaimed');
        expect([original?.id, changes]).toEqual([receipt.claim.id, receipt.changes]);
      }
      await letDaysPass(playerId);
    }
    expect(await ledgerState(playerId)).toMatchObject({ granted: 2, balances: { loyalty_points: 50 } });
  });

  it('grants the same reward ID to another player', async () => {
    const { give } = await createDesk();
    const rewardId = 'summer.2031';
    receiptOf(await give({ rewardId }));
    receiptOf(await give({ rewardId, playerId: await seasonedPlayer() }));
  });

  it('grants a reward ID that equals the derived key of another award', async () => {
    const { give } = await createDesk();
    const { claim } = receiptOf(await give());
    const today = claim.claimedAt.slice(0, 10);
    expect(claim.key.startsWith(`award:${today}:`)).toBe(true);
    expect(receiptOf(await give({ rewardId: claim.key })).claim.key).toBe(`reward:${claim.key}`);
  });
});
