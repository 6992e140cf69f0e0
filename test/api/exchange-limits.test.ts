/** The bounds of an exchange: its quantity, and how often a player may make it in a day. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { asPlayer, call, receiptOf, rejectionOf, resultOf } from '../support/worker/client.ts';
import { letDaysPass, publishDay } from '../support/worker/days.ts';
import { onlyError } from '../support/worker/fault-answers.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { playerWith } from '../support/worker/players.ts';
import { freshKey } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeEach(() => publish(changedExample(() => {})));

const buy = (playerId: string, quantity: number, idempotencyKey = freshKey()) =>
  asPlayer(playerId).exchange({ exchange: 'buy_summon_token', quantity, idempotencyKey });
const drop = (playerId: string) => asPlayer(playerId).exchange({ exchange: 'drop' });

describe('the quantity and the other input of an exchange', () => {
  const QUANTITY = /an integer from 1 to 100$/;
  it.each<[string, object, string, RegExp]>([
    ['a quantity of 0', { quantity: 0 }, 'input.quantity', QUANTITY],
    ['a negative quantity', { quantity: -1 }, 'input.quantity', QUANTITY],
    ['a quantity above every exchange', { quantity: 101 }, 'input.quantity', QUANTITY],
    ['a quantity of 2^53 - 1', { quantity: 2 ** 53 - 1 }, 'input.quantity', QUANTITY],
    ['a quantity of 2^53', { quantity: 2 ** 53 }, 'input.quantity', QUANTITY],
    ['a fractional quantity', { quantity: 1.5 }, 'input.quantity', QUANTITY],
    ['a text as the quantity', { quantity: '2' }, 'input.quantity', QUANTITY],
    ['a quantity above this exchange', { quantity: 11 }, 'quantity', /1 to 10 for buy_summon_token/],
    [
      'a quantity of 2 where the exchange allows 1',
      { exchange: 'drop', quantity: 2 },
      'quantity',
      /1 to 1 for drop/,
    ],
  ])('an exchange with %s is rejected: the bound is named, nothing is written and the key stays free', async (_, over, field, message) => {
    const { playerId, token } = await playerWith({ auric_coins: 3_000 });
    const input = { exchange: 'buy_summon_token', quantity: 1, idempotencyKey: freshKey() };
    const answer = await writingNothing(playerId, () => call('exchange', { ...input, ...over }, { token }));
    const error = onlyError(answer);
    expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field, retryable: false });
    expect(error.message).toMatch(message);
    expect(receiptOf(await asPlayer(playerId).exchange(input)).replayed).toBe(false);
  });

  it.each([
    ['an empty exchange name', { exchange: '' }, 'input.exchange'],
    ['an exchange name with invalid characters', { exchange: 'Drop; --' }, 'input.exchange'],
    ['a player ID with invalid characters', { playerId: 'a b' }, 'input.playerId'],
    ['an idempotency key that is too short', { idempotencyKey: 'short' }, 'input.idempotencyKey'],
  ])('an exchange with %s is rejected and nothing is written', async (_, over, field) => {
    const { playerId, token } = await playerWith({ lumees: 1 });
    const input = { exchange: 'drop', idempotencyKey: freshKey(), ...over };
    const answer = await writingNothing(playerId, () => call('exchange', input, { token }));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  it('an exchange is made as many times as its greatest quantity', async () => {
    const { playerId } = await playerWith({ auric_coins: 3_000 });
    const receipt = receiptOf(await buy(playerId, 10));
    expect(receipt.changes.map(({ delta }) => delta)).toEqual([-3_000, 10]);
  });
});

describe('the limit of an exchange per day', () => {
  const limit = { limit: 'EXCHANGES', ceilingOf: null, bound: 20 };

  it('the limit of an exchange per day is exact for simultaneous requests of different quantities', async () => {
    const { playerId } = await playerWith({ auric_coins: 30_000 });
    const results = (await atOnce(24, (index) => buy(playerId, 1 + (index % 3)))).map(resultOf);
    const receipts = results.filter((result) => result.__typename === 'Receipt');
    const rejections = results.filter((result) => result.__typename === 'LimitExceeded');
    expect(receipts.length + rejections.length).toBe(24);
    const bought = receipts.reduce((sum, { changes }) => sum + Number(changes[1]?.delta), 0);
    // A request buys at most three, so at most two of the twenty are left.
    expect(bought).toBeGreaterThanOrEqual(18);
    expect(bought).toBeLessThanOrEqual(20);
    for (const rejection of rejections) {
      expect(rejection).toMatchObject(limit);
      expect(rejection.remaining).toBeLessThan(rejection.requested);
    }
    const { balances } = await ledgerState(playerId);
    expect(balances).toMatchObject({ summon_tokens: bought, auric_coins: 30_064 - 300 * bought });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('the limit of an exchange per day rejects the whole quantity when only a part of it is left, and says what is left', async () => {
    const { playerId } = await playerWith({ auric_coins: 30_000 });
    for (const quantity of [10, 5]) receiptOf(await buy(playerId, quantity));
    const tooMany = await movingNothing(playerId, () => buy(playerId, 6));
    expect(rejectionOf(tooMany, 'LimitExceeded')).toMatchObject({ ...limit, remaining: 5, requested: 6 });
    receiptOf(await buy(playerId, 5));
    const none = rejectionOf(await movingNothing(playerId, () => buy(playerId, 1)), 'LimitExceeded');
    expect(none).toMatchObject({ ...limit, remaining: 0, requested: 1 });
    expect(none.message).toContain(none.renewsAt);
  });

  it('the limit of an exchange per day does not count an exchange that the player could not pay', async () => {
    const { playerId } = await playerWith({ auric_coins: 1 });
    await publish(
      changedExample(({ exchanges }) => {
        exchanges.drop = { ...exchanges.drop, costs: { lumees: 9 }, perDay: 1 };
      }),
    );
    expect(rejectionOf(await drop(playerId), 'InsufficientBalance').resource).toBe('lumees');
    await publish(changedExample(({ exchanges }) => (exchanges.drop.perDay = 1)));
    receiptOf(await drop(playerId));
    expect(rejectionOf(await drop(playerId), 'LimitExceeded')).toMatchObject({
      limit: 'EXCHANGES',
      bound: 1,
      remaining: 0,
    });
  });

  it("the limit of an exchange per day renews at midnight in the config's time zone, and a key that was rejected before stays rejected", async () => {
    const { playerId } = await playerWith({ auric_coins: 30_000 });
    const today = await publishDay('earlier');
    for (const _ of [1, 2]) receiptOf(await buy(playerId, 10));
    const key = freshKey();
    const rejected = await movingNothing(playerId, () => buy(playerId, 1, key));
    expect(rejectionOf(rejected, 'LimitExceeded')).toMatchObject({
      ...limit,
      remaining: 0,
      renewsAt: today.renewsAt,
    });

    const { renewsAt } = await publishDay('later');
    const replay = await writingNothing(playerId, () => buy(playerId, 1, key));
    expect(resultOf(replay)).toEqual(resultOf(rejected));
    await letDaysPass(playerId);
    for (const _ of [1, 2]) receiptOf(await buy(playerId, 10));
    const again = await movingNothing(playerId, () => buy(playerId, 1));
    expect(rejectionOf(again, 'LimitExceeded')).toMatchObject({ ...limit, renewsAt });
  });
});
