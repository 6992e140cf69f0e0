/** manualReward's own claim key: the same award once a day, an outside reward once and for all. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { manualReward, resultOf } from '../../support/worker/mutations.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey, staffToken } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: new Date('2031-07-01T12:00:00Z') }));
afterAll(() => vi.useRealTimers());

const award = { grants: [{ resource: 'loyalty_points', amount: 50 }], reason: 'the server was down' };

async function createDesk() {
  const playerId = await seasonedPlayer();
  const staffId = await addStaffMember(fresh('staff'));
  const give = async (over: object = {}, by = staffId) =>
    manualReward({ playerId, ...award, ...over }, { token: await staffToken(by) });
  return { playerId, give };
}

describe('the same award', () => {
  it('is AlreadyClaimed under a new key on the same day, and given a second time on the next', async () => {
    const { playerId, give } = await createDesk();
    const receipt = resultOf(await give());
    vi.setSystemTime(new Date('2031-07-01T23:59:59.999Z'));
    const idempotencyKey = freshKey();
    const refusal = resultOf(await movingNothing(playerId, () => give({ idempotencyKey })));
    expect(refusal).toMatchObject({ __typename: 'AlreadyClaimed', claim: { id: receipt.claim.id } });

    vi.setSystemTime(new Date('2031-07-02T00:00:00.000Z'));
    const second = resultOf(await give());
    expect(second).toMatchObject({ __typename: 'Receipt', replayed: false });
    expect(second.claim.key).not.toBe(receipt.claim.key);
    expect(resultOf(await writingNothing(playerId, () => give({ idempotencyKey })))).toEqual(refusal);
    expect(await ledgerState(playerId)).toMatchObject({ version: 3, balances: { loyalty_points: 100 } });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('is replayed under its own key on another day: a late retry gives nothing twice', async () => {
    const { playerId, give } = await createDesk();
    const idempotencyKey = freshKey();
    const receipt = resultOf(await give({ idempotencyKey }));
    vi.setSystemTime(new Date('2031-07-03T09:00:00Z'));
    const retry = () => give({ idempotencyKey });
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });

  it('is another award by other staff, of other grants, for another reason, or with a reward ID', async () => {
    const { playerId, give } = await createDesk();
    const results = [
      await give(),
      await give({}, await addStaffMember(fresh('staff'))),
      await give({ grants: [{ resource: 'loyalty_points', amount: 51 }] }),
      await give({ grants: [{ resource: 'lumees', amount: 50 }] }),
      await give({ grants: [...award.grants, { resource: 'lumees', amount: 50 }] }),
      await give({ reason: 'the server was down again' }),
      await give({ rewardId: 'promo-1' }),
      await give({ rewardId: 'promo-2' }),
    ].map(resultOf);
    expect(results.map(({ __typename }) => __typename)).toEqual(results.map(() => 'Receipt'));
    expect(new Set(results.map(({ claim }) => claim.key)).size).toBe(results.length);
    expect(await ledgerState(playerId)).toMatchObject({ version: 9, granted: 9 });
  });

  it('is the same with its grants in another order', async () => {
    const { playerId, give } = await createDesk();
    const grants = [...award.grants, { resource: 'lumees', amount: 50 }];
    await give({ grants });
    const again = await movingNothing(playerId, () => give({ grants: grants.toReversed() }));
    expect(resultOf(again).__typename).toBe('AlreadyClaimed');
  });

  it('to another player is another award', async () => {
    const { give } = await createDesk();
    expect(resultOf(await give()).__typename).toBe('Receipt');
    expect(resultOf(await give({ playerId: await seasonedPlayer() })).__typename).toBe('Receipt');
  });
});

describe('the same reward ID', () => {
  it('is paid once on any day, by whomever, whatever it gives', async () => {
    const { playerId, give } = await createDesk();
    const receipt = resultOf(await give({ rewardId: 'summer.2031' }));
    expect(receipt).toMatchObject({ __typename: 'Receipt', claim: { key: 'reward:summer.2031' } });
    const colleague = await addStaffMember(fresh('staff'));
    for (const moment of ['2031-07-01T13:00:00Z', '2031-07-02T13:00:00Z', '2033-01-01T00:00:00Z']) {
      vi.setSystemTime(new Date(moment));
      for (const over of [
        {},
        { reason: 'another reason' },
        { grants: [{ resource: 'lumees', amount: 9 }] },
      ]) {
        const ask = () => give({ rewardId: 'summer.2031', ...over }, colleague);
        expect(resultOf(await movingNothing(playerId, ask))).toMatchObject({
          __typename: 'AlreadyClaimed',
          claim: { id: receipt.claim.id },
          changes: receipt.changes,
        });
      }
    }
    expect(await ledgerState(playerId)).toMatchObject({ granted: 2, balances: { loyalty_points: 50 } });
  });

  it('is another reward for another player', async () => {
    const { give } = await createDesk();
    const rewardId = 'summer.2031';
    expect(resultOf(await give({ rewardId })).__typename).toBe('Receipt');
    expect(resultOf(await give({ rewardId, playerId: await seasonedPlayer() })).__typename).toBe('Receipt');
  });

  it('never collides with a derived key', async () => {
    const { give } = await createDesk();
    const { claim } = resultOf(await give());
    expect(claim.key).toMatch(/^award:2031-07-01:/);
    expect(resultOf(await give({ rewardId: claim.key }))).toMatchObject({
      claim: { key: `reward:${claim.key}` },
    });
  });
});
