import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../support/worker/balance.ts';
import { ledgerFaults } from '../support/worker/ledger-state.ts';
import { resultOf, spendStatPoints } from '../support/worker/mutations.ts';
import { playerToken } from '../support/worker/service.ts';
import { balanceOf, holder, movingNeither, transfer } from '../support/worker/transfers.ts';

beforeAll(serveExample);
// An isolate never goes back to a lower version: the example comes back as a new one.
afterEach(async () => {
  await publish(changedExample(() => {}));
});

const limits = (transfer: object) =>
  publish(
    changedExample(({ resources }) => {
      resources.lumees.transfer = transfer;
    }),
  );
const pair = async (lumees = 1_000) => [await holder({ lumees }), await holder()] as const;

describe('the limits of transfers', () => {
  it('of one transfer comes from the config: up to it, and not one more', async () => {
    const [giver, taker] = await pair(20_000);
    const over = await movingNeither([giver, taker], () => transfer(giver, taker, { amount: 5_001 }));
    expect(resultOf(over)).toMatchObject({
      __typename: 'LimitExceeded',
      limit: 'TRANSFER_AMOUNT',
      ceilingOf: 'lumees',
      bound: 5_000,
      remaining: 5_000,
      requested: 5_001,
      renewsAt: null,
    });
    expect(resultOf(await transfer(giver, taker, { amount: 5_000 })).__typename).toBe('Receipt');
    await limits({ perTransfer: 5_001, perDay: 20_000 });
    expect(resultOf(await transfer(giver, taker, { amount: 5_001 })).__typename).toBe('Receipt');
  });

  it('of a day is exact under concurrency: sixty-four givers of ten reach a hundred and stop', async () => {
    await limits({ perTransfer: 50, perDay: 100 });
    const [giver, taker] = await pair();
    const another = await holder();
    const results = (
      await Promise.all(
        Array.from({ length: 64 }, (_, index) =>
          transfer(giver, index % 2 ? taker : another, { amount: 10 }),
        ),
      )
    ).map(resultOf);
    expect(results.filter(({ __typename }) => __typename === 'Receipt')).toHaveLength(10);
    const refused = results.filter(({ __typename }) => __typename === 'LimitExceeded');
    expect(refused).toHaveLength(54);
    const tomorrow = new Date(Math.floor(Date.now() / 86_400_000 + 1) * 86_400_000).toISOString();
    for (const { limit, bound, remaining, requested, renewsAt } of refused)
      expect([limit, bound, remaining, requested, renewsAt]).toEqual([
        'TRANSFER_PER_DAY',
        100,
        0,
        10,
        tomorrow,
      ]);
    expect(await balanceOf(giver)).toBe(900);
    expect((await balanceOf(taker)) + (await balanceOf(another))).toBe(100);
    for (const playerId of [giver, taker, another]) expect(await ledgerFaults(playerId)).toEqual([]);
    // What was received is not given; what is of another resource counts for itself.
    expect(resultOf(await transfer(taker, giver, { amount: 1 })).__typename).toBe('Receipt');
  });

  it('of a day counts what went through and nothing that was refused', async () => {
    await limits({ perTransfer: null, perDay: 100 });
    const [giver, taker] = await pair(60);
    const tries = [
      [60, 'Receipt'],
      [40, 'InsufficientBalance'],
      [41, 'LimitExceeded'],
    ] as const;
    for (const [amount, answer] of tries)
      expect(resultOf(await transfer(giver, taker, { amount })).__typename).toBe(answer);
    resultOf(await transfer(await holder({ lumees: 100 }), giver, { amount: 100 }));
    const over = await movingNeither([giver, taker], () => transfer(giver, taker, { amount: 41 }));
    expect(resultOf(over)).toMatchObject({ limit: 'TRANSFER_PER_DAY', remaining: 40, requested: 41 });
    expect(resultOf(await transfer(giver, taker, { amount: 40 })).__typename).toBe('Receipt');
  });

  it('are none where the config names none, and what may no longer be given is refused at once', async () => {
    await limits({});
    const [giver, taker] = await pair(30_000);
    expect(resultOf(await transfer(giver, taker, { amount: 30_000 })).__typename).toBe('Receipt');
    await publish(changedExample(({ resources }) => delete resources.lumees.transfer));
    const { errors } = await movingNeither([giver, taker], () => transfer(taker, giver, { amount: 1 }));
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'resource' });
  });
});

describe('a recipient whose balance is full', () => {
  const full = async (resource: string, change: object) => {
    await publish(
      changedExample(({ resources }) => {
        Object.assign(resources[resource], { manual: true, transfer: {} }, change);
      }),
    );
    return [await holder({ [resource]: 10 }), await holder({ [resource]: 5 })] as const;
  };

  it('is refused whole, even where the resource clamps, and nothing tells how much is there or fits', async () => {
    const [giver, taker] = await full('shards:fire', { ceiling: 12, atCeiling: 'clamp' });
    const shards = (amount: number) => transfer(giver, taker, { resource: 'shards:fire', amount });
    const refusal = async () => {
      const refused = resultOf(await movingNeither([giver, taker], () => shards(8)));
      const { correlationId: _, ...told } = refused;
      return told;
    };
    const first = await refusal();
    expect(resultOf(await shards(2)).__typename).toBe('Receipt');
    const second = await refusal();
    expect(first).toEqual({
      __typename: 'LimitExceeded',
      code: 'LIMIT_EXCEEDED',
      message: "The other player can't hold that much shards:fire: 8 do not fit",
      limit: 'RECIPIENT_CEILING',
      ceilingOf: 'shards:fire',
      bound: 0,
      remaining: 0,
      requested: 8,
      renewsAt: null,
    });
    // Whether the other one holds five or seven: the answer is the same.
    expect(second).toEqual(first);
  });

  it('with a ceiling that follows from a stat: the answer does not tell their points', async () => {
    const [giver, taker] = await full('energy', {});
    expect(await balanceOf(taker, 'energy')).toBe(100);
    const energy = { resource: 'energy', amount: 70 };
    const refusal = async () =>
      resultOf(await movingNeither([giver, taker], () => transfer(giver, taker, energy)));
    const { correlationId: _, ...before } = await refusal();
    expect(before).toMatchObject({ limit: 'RECIPIENT_CEILING', remaining: 0, requested: 70 });
    resultOf(await spendStatPoints({ energy: 2 }, { token: await playerToken(taker) }));
    const { correlationId: __, ...after } = await refusal();
    expect(after).toEqual(before);
  });
});
