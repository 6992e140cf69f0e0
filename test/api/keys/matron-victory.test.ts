/** matron_victory gives currency, experience and drop charges in one claim: all of them or none. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../../support/worker/balance.ts';
import { asPlayer, asStaff, faultOf, receiptOf, rejectionOf } from '../../support/worker/client.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import type { Receipt } from '../../support/worker/schema-types.ts';
import { fresh, freshKey, ticket } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

beforeEach(() => publish(changedExample(() => {})));

async function createBattle() {
  const playerId = await seasonedPlayer();
  const staff = asStaff(await addStaffMember(fresh('staff')));
  return {
    playerId,
    /** Gives drop charges up to this number. A player starts with five. */
    async fill(charges: number) {
      const grants = [{ resource: 'drop_charges', amount: charges - 5 }];
      receiptOf(await staff.manualReward({ playerId, grants, reason: 'a full pouch' }));
    },
    async win(idempotencyKey = freshKey(), key = 'matron-1') {
      const type = 'matron_victory';
      const facts = { element: 'fire', flawless: true };
      const input = { type, ticket: await ticket({ playerId, type, key, facts }), idempotencyKey };
      return asPlayer(playerId).claimReward(input);
    },
  };
}

/** What the claim gave, without the charges that every player starts with. */
function deltas({ changes }: Receipt): Record<string, number> {
  const given = changes.filter(({ cause }) => cause !== 'OPENING');
  return Object.fromEntries(given.map(({ resource, delta }) => [resource, delta]));
}

/** A total of 500 + 250 experience is level 4. */
const WHOLE = {
  lumees: 800,
  experience: 250,
  drop_charges: 3,
  'shards:fire': 5,
  levels_paid: 1,
  stat_points: 3,
};

describe('matron victory', () => {
  it('gives currency, experience and drop charges in one claim', async () => {
    const { playerId, win } = await createBattle();
    expect(deltas(receiptOf(await win()))).toEqual(WHOLE);
    expect(await ledgerState(playerId)).toMatchObject({ version: 2, granted: 2 });
    rejectionOf(await movingNothing(playerId, () => win()), 'AlreadyClaimed');
    // Five at the start and three from the claim: the ceiling of ten leaves room for two.
    const second = receiptOf(await win(freshKey(), 'matron-2'));
    expect(deltas(second)).toMatchObject({ lumees: 800, drop_charges: 2 });
  });

  it('gives nothing when one resource exceeds its ceiling and the config says reject', async () => {
    await publish(
      changedExample(({ resources }) => Object.assign(resources.drop_charges, { atCeiling: 'reject' })),
    );
    const { playerId, fill, win } = await createBattle();
    await fill(8);
    const rejection = rejectionOf(await movingNothing(playerId, () => win()), 'LimitExceeded');
    expect(rejection).toMatchObject({
      limit: 'RESOURCE_CEILING',
      ceilingOf: 'drop_charges',
      bound: 10,
      remaining: 2,
      requested: 3,
    });
  });

  it.each([
    [8, 2],
    [10, 0],
  ])('adds to %i charges only %i where the config says clamp, and reports the rest', async (charges, fits) => {
    const { playerId, fill, win } = await createBattle();
    await fill(charges);
    const receipt = receiptOf(await win());
    expect(deltas(receipt)).toEqual({ ...WHOLE, drop_charges: fits });
    const charge = receipt.changes.find(({ resource }) => resource === 'drop_charges');
    expect(charge).toMatchObject({ before: charges, after: 10, requested: 3, cutOff: 3 - fits });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('gives nothing when the database fails before the commit, and everything on the retry', async () => {
    const { playerId, win } = await createBattle();
    const idempotencyKey = freshKey();
    await breakRequests({ match: idempotencyKey, kind: 'error', errorCode: '40001' });
    expect(faultOf(await writingNothing(playerId, () => win(idempotencyKey))).code).toBe('UNAVAILABLE');
    expect(deltas(receiptOf(await win(idempotencyKey)))).toEqual(WHOLE);
  });
});
