/** The limits of transferResource: per transfer, per day, and the ceiling of the recipient, which stays private. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../support/worker/balance.ts';
import { asPlayer, receiptOf, rejectionOf, resultAs, resultOf } from '../support/worker/client.ts';
import { onlyError } from '../support/worker/fault-answers.ts';
import { ledgerFaults } from '../support/worker/ledger-state.ts';
import type { LimitExceeded } from '../support/worker/schema-types.ts';
import { spending } from '../support/worker/stat-points.ts';
import { balanceOf, holder, movingNeither, transfer } from '../support/worker/transfers.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeAll(serveExample);
// An isolate never returns to a lower config version, so the example is published again as the next one.
afterEach(async () => {
  await publish(changedExample(() => {}));
});

const publishLimits = (limits: object) =>
  publish(
    changedExample(({ resources }) => {
      resources.lumees.transfer = limits;
    }),
  );
/** A giver with these lumees, and a recipient without any. */
const createPair = async (lumees = 1_000) => [await holder({ lumees }), await holder()] as const;

describe('the limits of a transfer', () => {
  it('the limit of one transfer grants its bound, rejects one more, and follows the config', async () => {
    const [giver, taker] = await createPair(20_000);
    const over = await movingNeither([giver, taker], () => transfer(giver, taker, { amount: 5_001 }));
    expect(rejectionOf(over, 'LimitExceeded')).toMatchObject({
      limit: 'TRANSFER_AMOUNT',
      ceilingOf: 'lumees',
      bound: 5_000,
      remaining: 5_000,
      requested: 5_001,
      renewsAt: null,
    });
    receiptOf(await transfer(giver, taker, { amount: 5_000 }));
    await publishLimits({ perTransfer: 5_001, perDay: 20_000 });
    receiptOf(await transfer(giver, taker, { amount: 5_001 }));
  });

  it('the limit of transfers per day is exact: of 64 simultaneous transfers of ten, ten reach a limit of a hundred', async () => {
    await publishLimits({ perTransfer: 50, perDay: 100 });
    const [giver, taker] = await createPair();
    const another = await holder();
    const results = (
      await atOnce(64, (index) => transfer(giver, index % 2 ? taker : another, { amount: 10 }))
    ).map(resultOf);
    expect(results.filter(({ __typename }) => __typename === 'Receipt')).toHaveLength(10);
    const rejections = results.filter((result) => result.__typename === 'LimitExceeded');
    expect(rejections).toHaveLength(54);
    const tomorrow = new Date(Math.floor(Date.now() / 86_400_000 + 1) * 86_400_000).toISOString();
    for (const rejection of rejections)
      expect(rejection).toMatchObject({
        limit: 'TRANSFERS',
        bound: 100,
        remaining: 0,
        requested: 10,
        renewsAt: tomorrow,
      });
    expect(await balanceOf(giver)).toBe(900);
    expect((await balanceOf(taker)) + (await balanceOf(another))).toBe(100);
    for (const playerId of [giver, taker, another]) expect(await ledgerFaults(playerId)).toEqual([]);
    // The recipient has given nothing yet.
    receiptOf(await transfer(taker, giver, { amount: 1 }));
  });

  it('the limit of transfers per day counts only granted transfers', async () => {
    await publishLimits({ perTransfer: null, perDay: 100 });
    const [giver, taker] = await createPair(60);
    const give = (amount: number) => transfer(giver, taker, { amount });
    receiptOf(await give(60));
    rejectionOf(await give(40), 'InsufficientBalance');
    rejectionOf(await give(41), 'LimitExceeded');
    receiptOf(await transfer(await holder({ lumees: 100 }), giver, { amount: 100 }));
    const over = await movingNeither([giver, taker], () => give(41));
    expect(rejectionOf(over, 'LimitExceeded')).toMatchObject({
      limit: 'TRANSFERS',
      remaining: 40,
      requested: 41,
    });
    receiptOf(await give(40));
  });

  it('transfers are unlimited where the config sets no limit, and a resource that is no longer transferable is rejected at once', async () => {
    await publishLimits({});
    const [giver, taker] = await createPair(30_000);
    receiptOf(await transfer(giver, taker, { amount: 30_000 }));
    await publish(changedExample(({ resources }) => delete resources.lumees.transfer));
    const answer = await movingNeither([giver, taker], () => transfer(taker, giver, { amount: 1 }));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'resource' });
  });
});

describe('a recipient who cannot hold the amount', () => {
  /** A giver with ten and a recipient with five of a transferable resource. */
  async function createPairWith(resource: string, change: object) {
    await publish(
      changedExample(({ resources }) => {
        Object.assign(resources[resource], { manual: true, transfer: {} }, change);
      }),
    );
    return [await holder({ [resource]: 10 }), await holder({ [resource]: 5 })] as const;
  }
  /** The rejection of a transfer that moves nothing, without its correlation ID. */
  async function rejectionFor(
    [giver, taker]: readonly [string, string],
    given: { resource: string; amount: number },
  ): Promise<Omit<LimitExceeded, 'correlationId'>> {
    const answer = await movingNeither([giver, taker], () => transfer(giver, taker, given));
    const { correlationId: _, ...rejection } = resultAs(answer, 'LimitExceeded');
    return rejection;
  }

  it('a transfer above the ceiling of the recipient is rejected whole, even where the resource clamps, and hides the balance', async () => {
    const pair = await createPairWith('shards:fire', { ceiling: 12, atCeiling: 'clamp' });
    const shards = (amount: number) => ({ resource: 'shards:fire', amount });
    const first = await rejectionFor(pair, shards(8));
    expect(first).toEqual({
      __typename: 'LimitExceeded',
      code: 'LIMIT_EXCEEDED',
      message: 'The other player cannot hold 8 more shards:fire.',
      limit: 'RECIPIENT_CEILING',
      ceilingOf: 'shards:fire',
      bound: 0,
      remaining: 0,
      requested: 8,
      renewsAt: null,
      period: null,
      season: null,
      sharedLimit: null,
    });
    // The answer is the same whether the recipient has five or seven.
    receiptOf(await transfer(...pair, shards(2)));
    expect(await rejectionFor(pair, shards(8))).toEqual(first);
  });

  it('a transfer above the ceiling of the recipient hides the stat points on which the ceiling depends', async () => {
    const pair = await createPairWith('energy', {});
    const [, taker] = pair;
    expect(await balanceOf(taker, 'energy')).toBe(100);
    const energy = { resource: 'energy', amount: 70 };
    const before = await rejectionFor(pair, energy);
    expect(before).toMatchObject({ limit: 'RECIPIENT_CEILING', remaining: 0, requested: 70 });
    receiptOf(await asPlayer(taker).spendStatPoints(spending({ energy: 2 })));
    expect(await rejectionFor(pair, energy)).toEqual(before);
  });
});
