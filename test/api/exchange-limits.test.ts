import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { onlyError } from '../support/worker/fault-answers.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { exchange, type Result, resultOf } from '../support/worker/mutations.ts';
import { playerWith } from '../support/worker/players.ts';
import { freshKey, playerToken } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

beforeEach(() => publish(changedExample(() => {})));
afterEach(() => void vi.useRealTimers());

describe('a quantity that cannot be is refused, naming the bound; nothing is written and the key stays free', () => {
  it.each([
    ['none', { quantity: 0 }, /^quantity: must be 1 to 100$/],
    ['less than none', { quantity: -1 }, /^quantity: must be 1 to 100$/],
    ['more than any exchange allows', { quantity: 101 }, /^quantity: must be 1 to 100$/],
    ['the most that JSON holds', { quantity: 2 ** 53 - 1 }, /^quantity: must be 1 to 100$/],
    ['more than JSON holds', { quantity: 2 ** 53 }, /^input\.quantity: .*9007199254740991/],
    ['a fraction', { quantity: 1.5 }, /^input\.quantity: .*an integer/],
    ['a text', { quantity: '2' }, /^input\.quantity: .*an integer/],
    ['more than this exchange allows', { quantity: 11 }, /^quantity: buy_summon_token is made 1 to 10 times/],
    ['more than once where once is all', { exchange: 'drop', quantity: 2 }, /^quantity: drop is made 1 to 1/],
  ])('%s', async (_, over, message) => {
    const { playerId, token } = await playerWith({ auric_coins: 3_000 });
    const input = { exchange: 'buy_summon_token', quantity: 1, idempotencyKey: freshKey() };
    const answer = await writingNothing(playerId, () => exchange({ ...input, ...over }, { token }));
    expect(onlyError(answer)).toMatchObject({
      message: expect.stringMatching(message),
      extensions: { code: 'BAD_USER_INPUT', field: expect.stringMatching(/quantity$/), retryable: false },
    });
    expect(resultOf(await exchange(input, { token }))).toMatchObject({ replayed: false });
  });

  it.each([
    ['an exchange without a name', { exchange: '' }, 'input.exchange'],
    ['an exchange of a strange name', { exchange: 'Drop; --' }, 'input.exchange'],
    ['a player of a strange name', { playerId: 'a b' }, 'input.playerId'],
    ['a key that is too short', { idempotencyKey: 'short' }, 'input.idempotencyKey'],
  ])('so is %s', async (_, over, field) => {
    const { playerId, token } = await playerWith({ lumees: 1 });
    const answer = await writingNothing(playerId, () => exchange({ exchange: 'drop', ...over }, { token }));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  it('the most that an exchange allows is carried out', async () => {
    const { token } = await playerWith({ auric_coins: 3_000 });
    const receipt = resultOf(await exchange({ exchange: 'buy_summon_token', quantity: 10 }, { token }));
    expect(receipt.changes.map(({ delta }: Result) => delta)).toEqual([-3_000, 10]);
  });
});

describe('so many a day', () => {
  const limit = { __typename: 'LimitExceeded', limit: 'EXCHANGES_PER_DAY', ceilingOf: null, bound: 20 };

  it('is exact, however many come at once and in whatever quantities', async () => {
    const { playerId, token } = await playerWith({ auric_coins: 30_000 });
    const results = (
      await Promise.all(
        Array.from({ length: 24 }, (_, index) =>
          exchange({ exchange: 'buy_summon_token', quantity: 1 + (index % 3) }, { token }),
        ),
      )
    ).map(resultOf);
    const bought = results
      .filter(({ __typename }) => __typename === 'Receipt')
      .reduce((sum, { changes }) => sum + changes[1].delta, 0);
    // Three at the most are asked for at once: no more than two of the twenty are left.
    expect(bought).toBeGreaterThanOrEqual(18);
    expect(bought).toBeLessThanOrEqual(20);
    for (const refused of results.filter(({ __typename }) => __typename !== 'Receipt')) {
      expect(refused).toMatchObject(limit);
      expect(refused.remaining).toBeLessThan(refused.requested);
    }
    const { balances } = await ledgerState(playerId);
    expect(balances).toMatchObject({ summon_tokens: bought, auric_coins: 30_064 - 300 * bought });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('refuses whole what fits only in part, and tells what is left', async () => {
    const { playerId, token } = await playerWith({ auric_coins: 30_000 });
    const buy = (quantity: number) => exchange({ exchange: 'buy_summon_token', quantity }, { token });
    for (const quantity of [10, 5]) resultOf(await buy(quantity));
    const refused = resultOf(await movingNothing(playerId, () => buy(6)));
    expect(refused).toMatchObject({ ...limit, remaining: 5, requested: 6 });
    expect(resultOf(await buy(5)).__typename).toBe('Receipt');
    const none = resultOf(await movingNothing(playerId, () => buy(1)));
    expect(none).toMatchObject({ ...limit, remaining: 0, requested: 1 });
    expect(none.message).toContain(none.renewsAt);
  });

  it('what is refused for its price does not count', async () => {
    const { token } = await playerWith({ auric_coins: 1 });
    await publish(
      changedExample(({ exchanges }) => {
        exchanges.drop = { ...exchanges.drop, costs: { lumees: 9 }, perDay: 1 };
      }),
    );
    const poor = resultOf(await exchange({ exchange: 'drop' }, { token }));
    expect(poor).toMatchObject({ __typename: 'InsufficientBalance', resource: 'lumees' });
    await publish(changedExample(({ exchanges }) => (exchanges.drop.perDay = 1)));
    expect(resultOf(await exchange({ exchange: 'drop' }, { token })).__typename).toBe('Receipt');
    const second = resultOf(await exchange({ exchange: 'drop' }, { token }));
    expect(second).toMatchObject({ limit: 'EXCHANGES_PER_DAY', bound: 1, remaining: 0 });
  });

  it("begins anew at midnight of the config's zone; a refusal of yesterday stays one", async () => {
    const { playerId } = await playerWith({ auric_coins: 30_000 });
    await publish(changedExample((document) => (document.timeZone = 'Asia/Tokyo')));
    vi.useFakeTimers({ toFake: ['Date'] });
    const at = async (moment: string) => {
      vi.setSystemTime(new Date(moment));
      const token = await playerToken(playerId);
      return (quantity: number, idempotencyKey = freshKey()) =>
        exchange({ exchange: 'buy_summon_token', quantity, idempotencyKey }, { token });
    };
    const evening = await at('2031-03-31T14:59:59.900Z');
    for (const _ of [1, 2]) resultOf(await evening(10));
    const key = freshKey();
    const refused = resultOf(await movingNothing(playerId, () => evening(1, key)));
    expect(refused).toMatchObject({ ...limit, remaining: 0, renewsAt: '2031-03-31T15:00:00.000Z' });

    const morning = await at('2031-03-31T15:00:00.000Z');
    expect(resultOf(await writingNothing(playerId, () => morning(1, key)))).toEqual(refused);
    for (const _ of [1, 2]) expect(resultOf(await morning(10)).__typename).toBe('Receipt');
    const again = resultOf(await movingNothing(playerId, () => morning(1)));
    expect(again).toMatchObject({ ...limit, renewsAt: '2031-04-01T15:00:00.000Z' });
  });
});
