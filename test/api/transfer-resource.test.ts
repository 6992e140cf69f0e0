import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { onlyError } from '../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState } from '../support/worker/ledger-state.ts';
import { original, resultOf, transferResource } from '../support/worker/mutations.ts';
import { breakRequests, countRequests } from '../support/worker/neon-control.ts';
import { fresh, freshKey, playerToken, serverToken, staffToken } from '../support/worker/service.ts';
import { balanceOf, holder, movingNeither, transfer, writingNeither } from '../support/worker/transfers.ts';

beforeAll(serveExample);

const pair = async (lumees = 100) => [await holder({ lumees }), await holder()] as const;

describe('transferResource: one key, one outcome', () => {
  it('a retry brings the original receipt, whatever has happened since', async () => {
    const [giver, taker] = await pair();
    const input = { amount: 30, idempotencyKey: freshKey() };
    const receipt = resultOf(await transfer(giver, taker, input));
    resultOf(await transfer(giver, taker, { amount: 5 }));
    resultOf(await transfer(taker, giver, { amount: 20 }));
    const replay = resultOf(await writingNeither([giver, taker], () => transfer(giver, taker, input)));
    expect([replay.replayed, original(replay)]).toEqual([true, original(receipt)]);
  });

  it('sixty-four times at once moves it once', async () => {
    const [giver, taker] = await pair();
    const input = { amount: 30, idempotencyKey: freshKey() };
    const receipts = (await Promise.all(Array.from({ length: 64 }, () => transfer(giver, taker, input)))).map(
      resultOf,
    );
    expect(receipts.filter(({ replayed }) => !replayed)).toHaveLength(1);
    for (const receipt of receipts) expect(original(receipt)).toEqual(original(receipts[0]));
    expect([await balanceOf(giver), await balanceOf(taker)]).toEqual([70, 30]);
  });

  it.each([
    'drop_before',
    'drop_after_commit',
  ] as const)('settles after a request that was lost (%s), and asks the database once', async (kind) => {
    const [giver, taker] = await pair();
    const input = { amount: 30, idempotencyKey: freshKey() };
    await breakRequests({ match: input.idempotencyKey, kind });
    expect(onlyError(await transfer(giver, taker, input)).extensions.code).toBe('UNAVAILABLE');
    const requests = await countRequests(input.idempotencyKey, async () => {
      expect(resultOf(await transfer(giver, taker, input)).replayed).toBe(kind === 'drop_after_commit');
    });
    expect(requests).toBe(1);
    expect([await balanceOf(giver), await balanceOf(taker)]).toEqual([70, 30]);
  });

  it.each([
    ['amount', { amount: 31 }],
    ['resource', { resource: 'shards:fire' }],
    ['toPlayerId', { toPlayerId: 'somebody-else' }],
    ['expectedVersion', { expectedVersion: 2 }],
  ])('with another %s is refused, naming it', async (field, over) => {
    const [giver, taker] = await pair();
    const input = { amount: 30, idempotencyKey: freshKey() };
    resultOf(await transfer(giver, taker, input));
    const refused = await writingNeither([giver, taker], () => transfer(giver, taker, { ...input, ...over }));
    expect(resultOf(refused)).toMatchObject({ __typename: 'IdempotencyKeyReused', fields: [field] });
  });

  it('a "no" is kept: with more in the purse the same key is refused in the same words', async () => {
    const [giver, taker] = await pair(10);
    const input = { amount: 30, idempotencyKey: freshKey() };
    const refused = resultOf(await movingNeither([giver, taker], () => transfer(giver, taker, input)));
    expect(refused).toMatchObject({ __typename: 'InsufficientBalance', available: 10, required: 30 });
    resultOf(await transfer(await holder({ lumees: 50 }), giver, { amount: 50 }));
    const again = await writingNeither([giver, taker], () => transfer(giver, taker, input));
    expect(resultOf(again)).toEqual(refused);
    expect(resultOf(await transfer(giver, taker, { amount: 30 })).__typename).toBe('Receipt');
  });

  it('a stale version is a conflict with the current one', async () => {
    const [giver, taker] = await pair();
    const stale = await movingNeither([giver, taker], () => transfer(giver, taker, { expectedVersion: 1 }));
    expect(resultOf(stale)).toMatchObject({ __typename: 'VersionConflict', expected: 1, current: 2 });
    // The version of the one who gives, not of the one who gets.
    expect(resultOf(await transfer(giver, taker, { expectedVersion: 2 })).player.version).toBe(3);
  });
});

describe('transferResource: who may', () => {
  it('an unknown recipient creates nobody, and the "no" is kept when somebody comes by that name', async () => {
    const giver = await holder({ lumees: 100 });
    const nobody = fresh('nobody');
    const input = { amount: 30, idempotencyKey: freshKey() };
    const refused = resultOf(await movingNeither([giver, nobody], () => transfer(giver, nobody, input)));
    expect(refused).toMatchObject({ __typename: 'UnknownPlayer', playerId: nobody });
    expect(await ledgerState(nobody)).toMatchObject({ version: null, granted: 0, rejected: 0 });
  });

  it('a game server gives for the player whom it names; staff give for nobody, players for themselves', async () => {
    const [giver, taker] = await pair();
    const input = { playerId: giver, toPlayerId: taker, resource: 'lumees', amount: 10 };
    const staff = await staffToken(await addStaffMember(fresh('staff'), { role: 'admin' }));
    for (const [token, field] of [
      [staff, undefined],
      [await playerToken(taker), 'playerId'],
    ] as const) {
      const answer = await writingNeither([giver, taker], () => transferResource(input, { token }));
      expect(onlyError(answer).extensions).toMatchObject({
        code: 'FORBIDDEN',
        ...(field && { field: 'playerId' }),
      });
    }
    const anonymous = await writingNeither([giver, taker], () => transferResource(input, {}));
    expect(onlyError(anonymous).extensions.code).toBe('UNAUTHENTICATED');

    const server = await serverToken();
    const { playerId: _, ...nameless } = input;
    const unnamed = await writingNeither([giver, taker], () => transferResource(nameless, { token: server }));
    expect(onlyError(unnamed).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'playerId' });

    const receipt = resultOf(await transferResource(input, { token: server }));
    expect(receipt).toMatchObject({
      claim: { playerId: giver, counterpartyId: taker, actorKind: 'SERVER' },
      changes: [{ resource: 'lumees', before: 100, after: 90 }],
      counterpartyChanges: [{ resource: 'lumees', before: 0, after: 10 }],
      player: { id: giver },
    });
    // And what a server began, the player may retry: the key is the player's.
    const own = await transferResource(
      { ...nameless, idempotencyKey: receipt.claim.idempotencyKey },
      { token: await playerToken(giver) },
    );
    expect(resultOf(own)).toMatchObject({ replayed: true, counterpartyChanges: null });
  });
});

describe('transferResource: malformed input names the field and the bound, and writes nothing', () => {
  const INTEGER = /an integer within ±9007199254740991/;
  it.each<[string, object, string, RegExp]>([
    ['of nothing', { amount: 0 }, 'amount', /from 1 to 9007199254740991/],
    ['of less than nothing', { amount: -5 }, 'amount', /from 1 to 9007199254740991/],
    ['of a part', { amount: 1.5 }, 'input.amount', INTEGER],
    ['of 2^53', { amount: 2 ** 53 }, 'input.amount', INTEGER],
    ['of a text', { amount: '10' }, 'input.amount', INTEGER],
    ['of what is not given away', { resource: 'auric_coins' }, 'resource', /allows: lumees, shards:fire, /],
    ['of experience', { resource: 'experience' }, 'resource', /can't be given to another player/],
    ['of what does not exist', { resource: 'no_such_thing' }, 'resource', /can't be given to another player/],
    ['of a resource that has no name', { resource: 'Lumees!' }, 'input.resource', /1 to 64 characters/],
    ['to nobody', { toPlayerId: '' }, 'input.toPlayerId', /1 to 128/],
    ['with a version of a part', { expectedVersion: 0.5 }, 'input.expectedVersion', INTEGER],
  ])('%s', async (_, over, field, bound) => {
    const [giver, taker] = await pair();
    const idempotencyKey = freshKey();
    const answer = await writingNeither([giver, taker], () =>
      transfer(giver, taker, { idempotencyKey, ...over }),
    );
    const { message, extensions } = onlyError(answer);
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(message).toMatch(bound);
    // The key stays free.
    expect(resultOf(await transfer(giver, taker, { idempotencyKey }))).toMatchObject({ replayed: false });
  });

  it('to oneself', async () => {
    const giver = await holder({ lumees: 100 });
    const taker = await holder();
    const answer = await writingNeither([giver, taker], () => transfer(giver, giver));
    expect(onlyError(answer)).toMatchObject({
      message: 'toPlayerId: must be another player',
      extensions: { code: 'BAD_USER_INPUT', field: 'toPlayerId' },
    });
  });

  it('of the most that there can be is a "no", and no fault', async () => {
    const [giver, taker] = await pair();
    const amount = Number.MAX_SAFE_INTEGER;
    const refused = await movingNeither([giver, taker], () => transfer(giver, taker, { amount }));
    expect(resultOf(refused)).toMatchObject({ __typename: 'LimitExceeded', limit: 'TRANSFER_AMOUNT' });
    const shards = await movingNeither([giver, taker], () =>
      transfer(giver, taker, { amount, resource: 'shards:fire' }),
    );
    expect(resultOf(shards)).toMatchObject({
      __typename: 'InsufficientBalance',
      available: 0,
      required: amount,
    });
  });
});
