/** reverseClaim with `quantity`: a part of an exchange that was made several times at once. Parts never exceed the whole. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  type MutationInput,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../support/worker/client.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { playerWith } from '../support/worker/players.ts';
import { victory } from '../support/worker/scenes.ts';
import type { Receipt } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { atOnce, sumOf, tally } from '../support/worker/waves.ts';

beforeAll(serveExample);

type Over = Partial<MutationInput<'reverseClaim'>>;
async function reverse(claim: Receipt['claim'], over: Over) {
  const staff = asStaff(await addStaffMember(fresh('staff')));
  return staff.reverseClaim({ playerId: claim.playerId, claimId: claim.id, reason: 'a refund', ...over });
}

/** Ten summon tokens, for 300 auric coins each. */
async function purchase(): Promise<Receipt['claim']> {
  const { playerId } = await playerWith({ auric_coins: 3_000 });
  const buying = { exchange: 'buy_summon_token', quantity: 10 };
  return receiptOf(await asPlayer(playerId).exchange(buying)).claim;
}

const balancesOf = async ({ playerId }: Receipt['claim']) => (await ledgerState(playerId)).balances;

describe('reverseClaim of a part', () => {
  it('a part of a purchase returns its share of the price and takes its share of the goods, and a retry replays it', async () => {
    const claim = await purchase();
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const part = { playerId: claim.playerId, claimId: claim.id, reason: 'three were a mistake', quantity: 3 };
    const input = { ...part, idempotencyKey: freshKey() };
    const receipt = receiptOf(await staff.reverseClaim(input));
    expect(sumOf(receipt.changes)).toEqual({ auric_coins: 900, summon_tokens: -3 });
    const replay = await writingNothing(claim.playerId, () => staff.reverseClaim(input));
    expect(receiptOf(replay)).toMatchObject({ replayed: true, claim: receipt.claim });

    const second = receiptOf(await reverse(claim, { quantity: 2 }));
    expect(second.claim.key).not.toBe(receipt.claim.key);
    const rest = receiptOf(await reverse(claim, {}));
    expect(sumOf(rest.changes)).toEqual({ auric_coins: 1_500, summon_tokens: -5 });
    expect(await balancesOf(claim)).toMatchObject({ auric_coins: 3_064, summon_tokens: 0 });
    expect(await ledgerFaults(claim.playerId)).toEqual([]);
  });

  it.each([
    [11, 10, 0],
    [8, 7, 3],
  ])('a part of %i is NotReversible where %i are left, and nothing moves', async (quantity, remaining, before) => {
    const claim = await purchase();
    if (before > 0) receiptOf(await reverse(claim, { quantity: before }));
    const rejected = await movingNothing(claim.playerId, () => reverse(claim, { quantity }));
    expect(rejectionOf(rejected, 'NotReversible')).toMatchObject({
      claimId: claim.id,
      why: 'QUANTITY',
      remaining,
      message: expect.stringContaining(`at most ${remaining}`),
    });
  });

  it('24 simultaneous parts of one return a purchase of ten exactly ten times', async () => {
    const claim = await purchase();
    const results = await atOnce(24, () => reverse(claim, { quantity: 1 }));
    expect(tally(results.map(resultOf))).toEqual({ Receipt: 10, AlreadyClaimed: 14 });
    expect(await balancesOf(claim)).toMatchObject({ auric_coins: 3_064, summon_tokens: 0 });
    expect(await ledgerFaults(claim.playerId)).toEqual([]);
  });

  it('a part that leaves something cannot reopen the purchase, and the last part can', async () => {
    const claim = await purchase();
    const early = await movingNothing(claim.playerId, () => reverse(claim, { quantity: 9, reopen: true }));
    expect(rejectionOf(early, 'NotReversible')).toMatchObject({ why: 'REOPEN', remaining: 10 });
    receiptOf(await reverse(claim, { quantity: 9 }));
    receiptOf(await reverse(claim, { quantity: 1, reopen: true }));
    expect(await balancesOf(claim)).toMatchObject({ auric_coins: 3_064, summon_tokens: 0 });
  });

  it('an exchange with draws can only be reversed whole', async () => {
    const { playerId } = await playerWith({ floor_tokens: 30 });
    const { claim } = receiptOf(await asPlayer(playerId).exchange({ exchange: 'floor_summon' }));
    const rejected = await movingNothing(playerId, () => reverse(claim, { quantity: 2 }));
    expect(rejectionOf(rejected, 'NotReversible')).toMatchObject({ why: 'QUANTITY', remaining: 1 });
    receiptOf(await reverse(claim, { quantity: 1 }));
    expect((await ledgerState(playerId)).balances).toMatchObject({ floor_tokens: 30 });
  });

  it('a claim that is no exchange has one to reverse', async () => {
    const playerId = fresh('player');
    const { claim } = receiptOf(await asServer().claimReward({ ...victory, playerId, key: 'cup-1' }));
    const rejected = await movingNothing(playerId, () => reverse(claim, { quantity: 2 }));
    expect(rejectionOf(rejected, 'NotReversible')).toMatchObject({ why: 'QUANTITY', remaining: 1 });
    receiptOf(await reverse(claim, { quantity: 1 }));
    const reopened = await movingNothing(playerId, () => reverse(claim, { quantity: 1, reopen: true }));
    expect(rejectionOf(reopened, 'NotReversible')).toMatchObject({ why: 'QUANTITY', remaining: 0 });
  });
});
