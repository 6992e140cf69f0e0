/** What staff give counts in the value that the config gives each resource, or against a limit of the resource's own. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import { asServer, asStaff, receiptOf, rejectionOf } from '../support/worker/client.ts';
import { addStaffMember, ledgerFaults, usedByStaff } from '../support/worker/ledger-state.ts';
import { seasonedPlayer, victory } from '../support/worker/scenes.ts';
import { fresh } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';

const publishWith = (change: (document: Document) => void) => publish(changedExample(change));
beforeEach(() => publishWith(() => {}));

/** Awards by a new staff member to a new player. */
async function awards(member?: Parameters<typeof addStaffMember>[1]) {
  const playerId = await seasonedPlayer();
  const staffId = await addStaffMember(fresh('staff'), member);
  const give = (amounts: Readonly<Record<string, number>>) =>
    asStaff(staffId).manualReward({
      playerId,
      grants: Object.entries(amounts).map(([resource, amount]) => ({ resource, amount })),
      reason: fresh('reason'),
    });
  const refused = async (amounts: Readonly<Record<string, number>>) =>
    rejectionOf(await movingNothing(playerId, () => give(amounts)), 'LimitExceeded');
  return { playerId, staffId, give, refused };
}

describe('the limits of staff', () => {
  it('do not count 500 auric coins as 500 experience: each counts in its value', async () => {
    const { staffId, playerId, give, refused } = await awards();
    receiptOf(await give({ auric_coins: 500 }));
    receiptOf(await give({ experience: 500 }));
    expect((await usedByStaff(staffId)).spent).toBe(500 * 10 + 500);
    expect(await refused({ auric_coins: 1_000, experience: 1 })).toMatchObject({
      limit: 'STAFF_REWARD',
      ceilingOf: null,
      bound: 10_000,
      requested: 10_001,
      message: 'One award may have a value of at most 10000, not 10001.',
    });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('count the value of what staff claim for a player', async () => {
    const { playerId, staffId } = await awards();
    receiptOf(await asStaff(staffId).claimReward({ ...victory, playerId, key: 'cup-9' }));
    expect(await usedByStaff(staffId)).toMatchObject({ spent: 500 + 64 * 10, awards: 1 });
  });

  it('bound a resource with a limit of its own in its units, and name it', async () => {
    const { give, refused, staffId } = await awards({ limit: 0, budget: 0 });
    expect(await refused({ stat_points: 21 })).toMatchObject({
      limit: 'STAFF_REWARD',
      ceilingOf: 'stat_points',
      bound: 20,
      remaining: 20,
      requested: 21,
      renewsAt: null,
      message: 'One award may give at most 20 stat_points, not 21.',
    });
    for (let award = 0; award < 5; award += 1) receiptOf(await give({ stat_points: 20 }));
    expect(await refused({ stat_points: 1 })).toMatchObject({
      limit: 'STAFF_DAILY_BUDGET',
      ceilingOf: 'stat_points',
      bound: 100,
      remaining: 0,
      requested: 1,
      message: expect.stringContaining('100 stat_points per day has 0 left'),
    });
    expect(await usedByStaff(staffId)).toMatchObject({ spent: 0, awards: 5 });
  });

  it('refuse an award whose value is more than the largest amount, instead of failing', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const { refused } = await awards({ limit: most, budget: most });
    await publishWith(({ resources }) => Object.assign(resources.auric_coins, { value: 1_000_000_000 }));
    const beyond: Record<string, number>[] = [{ auric_coins: most }, { lumees: most, experience: most }];
    for (const amounts of beyond)
      expect(await refused(amounts)).toMatchObject({ limit: 'STAFF_REWARD', bound: most, requested: most });
  });
});

describe('a value that is published during the day', () => {
  it('counts for the next award, and a reversal gives back what its award used', async () => {
    const { staffId, playerId, give } = await awards();
    const { claim } = receiptOf(await give({ auric_coins: 100 }));
    await publishWith(({ resources }) => Object.assign(resources.auric_coins, { value: 50 }));
    receiptOf(await give({ auric_coins: 10 }));
    expect((await usedByStaff(staffId)).spent).toBe(1_000 + 500);
    const reversal = { playerId, claimId: claim.id, reason: 'given by mistake' };
    receiptOf(await asStaff(staffId).reverseClaim(reversal));
    expect((await usedByStaff(staffId)).spent).toBe(500);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('does not concern servers, whose claims have no limits of staff', async () => {
    const playerId = await seasonedPlayer();
    await publishWith(({ resources, manualRewards }) => {
      Object.assign(resources.auric_coins, { value: 1_000_000_000 });
      Object.assign(manualRewards, { limitPerReward: 1, budgetPerDay: 1 });
    });
    receiptOf(await asServer().claimReward({ ...victory, playerId, key: 'cup-2' }));
  });
});
