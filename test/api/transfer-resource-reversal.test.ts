/** reverseClaim of a transfer: it moves both sides back under one claim, or neither. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import {
  asPlayer,
  asStaff,
  type Client,
  type MutationInput,
  receiptOf,
  rejectionOf,
  resultOf,
  withoutReplayed,
} from '../support/worker/client.ts';
import { addStaffMember, ledgerFaults } from '../support/worker/ledger-state.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { balanceOf, holder, movingNeither, transfer, writingNeither } from '../support/worker/transfers.ts';
import { atOnce } from '../support/worker/waves.ts';

let staff: Client;
beforeAll(async () => {
  await serveExample();
  staff = asStaff(await addStaffMember(fresh('staff')));
});

/** A transfer of sixty of the giver's hundred lumees. */
async function createTransfer() {
  const [giver, taker] = [await holder({ lumees: 100 }), await holder()];
  const { claim } = receiptOf(await transfer(giver, taker, { amount: 60 }));
  return { giver, taker, claimId: claim.id };
}
const reverse = (playerId: string, claimId: string, over: Partial<MutationInput<'reverseClaim'>> = {}) =>
  staff.reverseClaim({ playerId, claimId, reason: 'the account was stolen', ...over });
const balancesOf = (...players: string[]) => Promise.all(players.map((playerId) => balanceOf(playerId)));
const expectSoundLedgers = async (...players: string[]) => {
  for (const playerId of players) expect([playerId, await ledgerFaults(playerId)]).toEqual([playerId, []]);
};

describe('reverseClaim of a transfer', () => {
  it('the reversal of a transfer moves both sides back once, under one claim that both players see', async () => {
    const { giver, taker, claimId } = await createTransfer();
    const idempotencyKey = freshKey();
    const receipt = receiptOf(await reverse(giver, claimId, { idempotencyKey }));
    expect(receipt).toMatchObject({
      claim: { type: 'reversal', key: claimId, playerId: giver, counterpartyId: taker },
      changes: [{ resource: 'lumees', before: 40, after: 100, delta: 60 }],
      counterpartyChanges: [{ resource: 'lumees', before: 60, after: 0, delta: -60 }],
    });
    expect(await balancesOf(giver, taker)).toEqual([100, 0]);
    const replay = receiptOf(
      await writingNeither([giver, taker], () => reverse(giver, claimId, { idempotencyKey })),
    );
    expect(replay.replayed).toBe(true);
    expect(withoutReplayed(replay)).toEqual(withoutReplayed(receipt));
    const again = await movingNeither([giver, taker], () => reverse(giver, claimId));
    expect(rejectionOf(again, 'AlreadyClaimed').original?.id).toBe(receipt.claim.id);

    const { edges } = resultOf(await asPlayer(taker).claims({ playerId: taker, first: 1 }));
    // The gift left the taker's version; taking it back raises it. The taker sees the claim under an ID of their own.
    expect(edges.map(({ node }) => node)).toMatchObject([
      {
        claim: { type: 'reversal', playerId: giver, counterpartyId: taker, playerVersion: 2 },
        changes: [{ resource: 'lumees', delta: -60 }],
      },
    ]);
    await expectSoundLedgers(giver, taker);
  });

  it('the reversal of a transfer is granted once when it is sent 16 times at once, during transfers in both directions', async () => {
    const { giver, taker, claimId } = await createTransfer();
    const [reversals, transfers] = await Promise.all([
      atOnce(16, () => reverse(giver, claimId, { ifInsufficient: 'DEBT' })),
      atOnce(16, (index) =>
        index % 2 ? transfer(giver, taker, { amount: 1 }) : transfer(taker, giver, { amount: 2 }),
      ),
    ]);
    const kinds = reversals.map((answer) => resultOf(answer).__typename);
    expect(kinds.toSorted()).toEqual([...Array(15).fill('AlreadyClaimed'), 'Receipt']);
    for (const answer of transfers)
      expect(resultOf(answer).__typename).toMatch(/^(Receipt|InsufficientBalance)$/);
    const balances = await balancesOf(giver, taker);
    expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(100);
    await expectSoundLedgers(giver, taker);
  });

  it('the reversal of a transfer names the player whose balance is too low, or leaves a debt that later transfers pay', async () => {
    const { giver, taker, claimId } = await createTransfer();
    const third = await holder();
    receiptOf(await transfer(taker, third, { amount: 45 }));
    const rejected = await movingNeither([giver, taker], () => reverse(giver, claimId));
    expect(rejectionOf(rejected, 'InsufficientBalance')).toMatchObject({
      resource: 'lumees',
      available: 15,
      required: 60,
      counterpartyId: taker,
    });

    const reversal = receiptOf(await reverse(giver, claimId, { ifInsufficient: 'DEBT' }));
    expect(reversal.counterpartyChanges).toMatchObject([{ before: 15, after: -45, delta: -60 }]);
    expect(await balancesOf(giver, taker, third)).toEqual([100, -45, 45]);
    const inDebt = await movingNeither([taker, third], () => transfer(taker, third, { amount: 1 }));
    expect(rejectionOf(inDebt, 'InsufficientBalance')).toMatchObject({ available: 0, required: 1 });
    receiptOf(await transfer(third, taker, { amount: 45 }));
    expect(await balanceOf(taker)).toBe(0);
    await expectSoundLedgers(giver, taker, third);
  });

  it('the reversal of a transfer is UnknownClaim under the player ID of the recipient, and NotReversible itself', async () => {
    const { giver, taker, claimId } = await createTransfer();
    const unknown = await movingNeither([giver, taker], () => reverse(taker, claimId));
    expect(rejectionOf(unknown, 'UnknownClaim').claimId).toBe(claimId);
    const { claim } = receiptOf(await reverse(giver, claimId));
    const twice = await movingNeither([giver, taker], () => reverse(giver, claim.id));
    rejectionOf(twice, 'NotReversible');
  });
});
