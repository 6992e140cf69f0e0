/** matron_victory: currency, experience and drop charges, all three or none. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../../support/worker/balance.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { claimReward, manualReward, resultOf } from '../../support/worker/mutations.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, staffToken, ticket } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

beforeEach(() => publish(changedExample(() => {})));

async function createBattle() {
  const playerId = await seasonedPlayer();
  const staff = await staffToken(await addStaffMember(fresh('staff')));
  const token = await playerToken(playerId);
  return {
    playerId,
    /** To so many charges: a player begins with five. */
    fill: (charges: number) =>
      manualReward(
        {
          playerId,
          grants: [{ resource: 'drop_charges', amount: charges - 5 }],
          reason: 'a full pouch',
        },
        { token: staff },
      ),
    win: async (idempotencyKey = freshKey(), key = 'matron-1') => {
      const facts = { element: 'fire', flawless: true };
      const proof = await ticket({ playerId, type: 'matron_victory', key, facts });
      return claimReward({ type: 'matron_victory', ticket: proof, idempotencyKey }, { token });
    },
  };
}

interface Change {
  readonly resource: string;
  readonly delta: number;
  readonly cause: string;
}
/** What the claim gave, without the charges that every player begins with. */
const deltas = ({ changes }: { changes: Change[] }) =>
  Object.fromEntries(
    changes.filter(({ cause }) => cause !== 'OPENING').map(({ resource, delta }) => [resource, delta]),
  );
/** 500 + 250 experience pass level 4. */
const WHOLE = {
  lumees: 800,
  experience: 250,
  drop_charges: 3,
  'shards:fire': 5,
  levels_paid: 1,
  stat_points: 3,
};

describe('matron victory', () => {
  it('pays currency, experience and drop charges together, in one claim', async () => {
    const { playerId, win } = await createBattle();
    expect(deltas(resultOf(await win()))).toEqual(WHOLE);
    expect(await ledgerState(playerId)).toMatchObject({ version: 2, granted: 2 });
    expect(resultOf(await movingNothing(playerId, () => win())).__typename).toBe('AlreadyClaimed');
    // Five to begin with, and three: the pouch of ten takes two more.
    expect(deltas(resultOf(await win(freshKey(), 'matron-2')))).toMatchObject({
      lumees: 800,
      drop_charges: 2,
    });
  });

  it('pays none of them when one does not fit and its rule is to refuse', async () => {
    await publish(
      changedExample(({ resources }) => Object.assign(resources.drop_charges, { atCeiling: 'reject' })),
    );
    const { playerId, fill, win } = await createBattle();
    await fill(8);
    const refusal = resultOf(await movingNothing(playerId, () => win()));
    expect(refusal).toMatchObject({
      __typename: 'LimitExceeded',
      ceilingOf: 'drop_charges',
      bound: 10,
      remaining: 2,
      requested: 3,
    });
  });

  it.each([
    [8, 2],
    [10, 0],
  ])('fills a pouch of %i by %i where its rule is to take what fits, and says so', async (charges, fits) => {
    const { playerId, fill, win } = await createBattle();
    await fill(charges);
    const receipt = resultOf(await win());
    expect(deltas(receipt)).toEqual({ ...WHOLE, drop_charges: fits });
    const charge = receipt.changes.find(({ resource }: Change) => resource === 'drop_charges');
    expect(charge).toMatchObject({ before: charges, after: 10, requested: 3, cutOff: 3 - fits });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('pays none of them when the database fails before the commit, and all of them on the retry', async () => {
    const { playerId, win } = await createBattle();
    const idempotencyKey = freshKey();
    await breakRequests({ match: idempotencyKey, kind: 'error', errorCode: '40001' });
    await writingNothing(playerId, () => win(idempotencyKey));
    expect(deltas(resultOf(await win(idempotencyKey)))).toEqual(WHOLE);
  });
});
