import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { addStaffMember, ledgerFaults } from '../support/worker/ledger-state.ts';
import { original, type Result, resultOf, reverseClaim } from '../support/worker/mutations.ts';
import { fresh, freshKey, playerToken, staffToken } from '../support/worker/service.ts';
import { balanceOf, holder, movingNeither, transfer } from '../support/worker/transfers.ts';
import { readAll } from './queries/history.ts';

let support: string;
beforeAll(async () => {
  await serveExample();
  support = await staffToken(await addStaffMember(fresh('staff')));
});

/** A transfer of sixty, of a hundred. */
async function given() {
  const [giver, taker] = [await holder({ lumees: 100 }), await holder()];
  const receipt = resultOf(await transfer(giver, taker, { amount: 60 }));
  return { giver, taker, claimId: receipt.claim.id as string };
}
const reverse = (playerId: string, claimId: string, over: object = {}) =>
  reverseClaim({ playerId, claimId, reason: 'the account was stolen', ...over }, { token: support });
const held = (...players: string[]) => Promise.all(players.map((playerId) => balanceOf(playerId)));
const sound = async (...players: string[]) => {
  for (const playerId of players) expect([playerId, await ledgerFaults(playerId)]).toEqual([playerId, []]);
};

describe('reverseClaim of a transfer', () => {
  it('moves both sides back, once, under one claim that both see', async () => {
    const { giver, taker, claimId } = await given();
    const idempotencyKey = freshKey();
    const receipt = resultOf(await reverse(giver, claimId, { idempotencyKey }));
    expect(receipt).toMatchObject({
      __typename: 'Receipt',
      claim: { type: 'reversal', key: claimId, playerId: giver, counterpartyId: taker },
      changes: [{ resource: 'lumees', before: 40, after: 100, delta: 60 }],
      counterpartyChanges: [{ resource: 'lumees', before: 60, after: 0, delta: -60 }],
    });
    expect(await held(giver, taker)).toEqual([100, 0]);
    const replay = resultOf(await reverse(giver, claimId, { idempotencyKey }));
    expect([replay.replayed, original(replay)]).toEqual([true, original(receipt)]);
    const again = await movingNeither([giver, taker], () => reverse(giver, claimId));
    expect(resultOf(again)).toMatchObject({ __typename: 'AlreadyClaimed', claim: { id: receipt.claim.id } });

    const [newest] = (await readAll('claims', taker, { size: 5 }, await playerToken(taker))) as Result[];
    expect(newest).toMatchObject({
      claim: { id: receipt.claim.id, type: 'reversal', playerVersion: 3 },
      changes: [{ resource: 'lumees', delta: -60 }],
    });
    await sound(giver, taker);
  });

  it('is made once when sixteen of the staff try at once, beside transfers in both directions', async () => {
    const { giver, taker, claimId } = await given();
    const [results, moves] = await Promise.all([
      Promise.all(Array.from({ length: 16 }, () => reverse(giver, claimId, { ifInsufficient: 'DEBT' }))),
      Promise.all(
        Array.from({ length: 16 }, (_, index) =>
          index % 2 ? transfer(giver, taker, { amount: 1 }) : transfer(taker, giver, { amount: 2 }),
        ),
      ),
    ]);
    const kinds = results.map(resultOf).map(({ __typename }) => __typename);
    expect(kinds.filter((kind) => kind === 'Receipt')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'AlreadyClaimed')).toHaveLength(15);
    for (const move of moves) expect(resultOf(move).__typename).toMatch(/^(Receipt|InsufficientBalance)$/);
    const [left, right] = await held(giver, taker);
    expect((left ?? 0) + (right ?? 0)).toBe(100);
    await sound(giver, taker);
  });

  it('names whose balance is short, and moves neither; or leaves a debt that later gifts pay first', async () => {
    const { giver, taker, claimId } = await given();
    const third = await holder();
    resultOf(await transfer(taker, third, { amount: 45 }));
    const refused = await movingNeither([giver, taker], () => reverse(giver, claimId));
    expect(resultOf(refused)).toMatchObject({
      __typename: 'InsufficientBalance',
      resource: 'lumees',
      available: 15,
      required: 60,
      counterpartyId: taker,
    });

    const debt = resultOf(await reverse(giver, claimId, { ifInsufficient: 'DEBT' }));
    expect(debt.counterpartyChanges).toMatchObject([{ before: 15, after: -45, delta: -60 }]);
    expect(await held(giver, taker, third)).toEqual([100, -45, 45]);
    const poor = await movingNeither([taker, third], () => transfer(taker, third, { amount: 1 }));
    expect(resultOf(poor)).toMatchObject({ __typename: 'InsufficientBalance', available: 0, required: 1 });
    resultOf(await transfer(third, taker, { amount: 45 }));
    expect(await held(taker)).toEqual([0]);
    await sound(giver, taker, third);
  });

  it('is of the claim of the one who gave: under the other’s name there is no such claim', async () => {
    const { giver, taker, claimId } = await given();
    const refused = await movingNeither([giver, taker], () => reverse(taker, claimId));
    expect(resultOf(refused)).toMatchObject({ __typename: 'UnknownClaim', claimId });
    const reversal = resultOf(await reverse(giver, claimId)).claim.id;
    const twice = await movingNeither([giver, taker], () => reverse(giver, reversal));
    expect(resultOf(twice)).toMatchObject({ __typename: 'NotReversible' });
  });
});
