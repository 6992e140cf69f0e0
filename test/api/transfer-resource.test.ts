/** transferResource: one key moves a resource once, on both sides. Limits, reversals and reads have files of their own. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import {
  anonymous,
  asPlayer,
  asServer,
  asStaff,
  type Client,
  call,
  type MutationInput,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../support/worker/client.ts';
import { onlyError } from '../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState } from '../support/worker/ledger-state.ts';
import { breakRequests, countRequests } from '../support/worker/neon-control.ts';
import { fresh, freshKey, playerToken } from '../support/worker/service.ts';
import { balanceOf, holder, movingNeither, transfer, writingNeither } from '../support/worker/transfers.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeAll(serveExample);

type Input = MutationInput<'transferResource'>;

/** A giver with these lumees, and a recipient without any. */
const createPair = async (lumees = 100) => [await holder({ lumees }), await holder()] as const;

describe('a transferResource key', () => {
  it('transferResource replays the original receipt after other transfers', async () => {
    const [giver, taker] = await createPair();
    const input = { amount: 30, idempotencyKey: freshKey() };
    const receipt = receiptOf(await transfer(giver, taker, input));
    receiptOf(await transfer(giver, taker, { amount: 5 }));
    receiptOf(await transfer(taker, giver, { amount: 20 }));
    const replay = await writingNeither([giver, taker], () => transfer(giver, taker, input));
    expect(resultOf(replay)).toEqual({ ...receipt, replayed: true });
  });

  it('transferResource moves the amount once when it is sent 64 times at once', async () => {
    const [giver, taker] = await createPair();
    const input = { amount: 30, idempotencyKey: freshKey() };
    const receipts = (await atOnce(64, () => transfer(giver, taker, input))).map(receiptOf);
    const originals = receipts.filter(({ replayed }) => !replayed);
    expect(originals).toHaveLength(1);
    for (const receipt of receipts) expect({ ...receipt, replayed: false }).toEqual(originals[0]);
    expect([await balanceOf(giver), await balanceOf(taker)]).toEqual([70, 30]);
  });

  it.each([
    'drop_before',
    'drop_after_commit',
  ] as const)('transferResource moves the amount once when its request or answer is lost (%s), with one request to the database', async (kind) => {
    const [giver, taker] = await createPair();
    const input = { amount: 30, idempotencyKey: freshKey() };
    await breakRequests({ match: input.idempotencyKey, kind });
    expect(onlyError(await transfer(giver, taker, input)).extensions.code).toBe('UNAVAILABLE');
    const requests = await countRequests(input.idempotencyKey, async () => {
      expect(receiptOf(await transfer(giver, taker, input)).replayed).toBe(kind === 'drop_after_commit');
    });
    expect(requests).toBe(1);
    expect([await balanceOf(giver), await balanceOf(taker)]).toEqual([70, 30]);
  });

  it.each<[string, Partial<Input>]>([
    ['amount', { amount: 31 }],
    ['resource', { resource: 'shards:fire' }],
    ['toPlayerId', { toPlayerId: 'somebody-else' }],
    ['expectedVersion', { expectedVersion: 2 }],
  ])('transferResource answers IdempotencyKeyReused for another %s and names the field', async (field, over) => {
    const [giver, taker] = await createPair();
    const input = { amount: 30, idempotencyKey: freshKey() };
    receiptOf(await transfer(giver, taker, input));
    const reused = await writingNeither([giver, taker], () => transfer(giver, taker, { ...input, ...over }));
    expect(rejectionOf(reused, 'IdempotencyKeyReused').fields).toEqual([field]);
  });

  it('transferResource replays InsufficientBalance after the giver received more, and grants a new key', async () => {
    const [giver, taker] = await createPair(10);
    const input = { amount: 30, idempotencyKey: freshKey() };
    const rejected = await movingNeither([giver, taker], () => transfer(giver, taker, input));
    expect(rejectionOf(rejected, 'InsufficientBalance')).toMatchObject({ available: 10, required: 30 });
    receiptOf(await transfer(await holder({ lumees: 50 }), giver, { amount: 50 }));
    const again = await writingNeither([giver, taker], () => transfer(giver, taker, input));
    expect(resultOf(again)).toEqual(resultOf(rejected));
    receiptOf(await transfer(giver, taker, { amount: 30 }));
  });

  it("transferResource answers VersionConflict by the giver's version", async () => {
    const [giver, taker] = await createPair();
    const stale = await movingNeither([giver, taker], () => transfer(giver, taker, { expectedVersion: 1 }));
    expect(rejectionOf(stale, 'VersionConflict')).toMatchObject({ expected: 1, current: 2 });
    expect(receiptOf(await transfer(giver, taker, { expectedVersion: 2 })).player.version).toBe(3);
  });
});

describe('the callers and players of transferResource', () => {
  it('transferResource answers UnknownPlayer for an unknown recipient, replays it after the player exists, and creates no player', async () => {
    const giver = await holder({ lumees: 100 });
    const unknown = fresh('nobody');
    const input = { amount: 30, idempotencyKey: freshKey() };
    const rejected = await movingNeither([giver, unknown], () => transfer(giver, unknown, input));
    expect(rejectionOf(rejected, 'UnknownPlayer').playerId).toBe(unknown);
    expect(await ledgerState(unknown)).toMatchObject({ version: null, granted: 0, rejected: 0 });

    receiptOf(await asServer().exchange({ exchange: 'drop', playerId: unknown }));
    const replay = await writingNeither([giver, unknown], () => transfer(giver, unknown, input));
    expect(resultOf(replay)).toEqual(resultOf(rejected));
  });

  it('a game server may transfer for the player that it names, and the player may retry its key', async () => {
    const [giver, taker] = await createPair();
    const input = { toPlayerId: taker, resource: 'lumees', amount: 10 };
    const unnamed = await writingNeither([giver, taker], () => asServer().transferResource(input));
    expect(onlyError(unnamed).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'playerId' });

    const receipt = receiptOf(await asServer().transferResource({ ...input, playerId: giver }));
    expect(receipt).toMatchObject({
      claim: { playerId: giver, counterpartyId: taker, actorKind: 'SERVER' },
      changes: [{ resource: 'lumees', before: 100, after: 90 }],
      counterpartyChanges: [{ resource: 'lumees', before: 0, after: 10 }],
      player: { id: giver },
    });
    const key = receipt.claim.idempotencyKey as string;
    const replay = await asPlayer(giver).transferResource(input, { key });
    expect(receiptOf(replay)).toMatchObject({ replayed: true, counterpartyChanges: null });
  });

  it('transferResource is not for staff, other players or callers without a token, and writes nothing', async () => {
    const [giver, taker] = await createPair();
    const input = { playerId: giver, toPlayerId: taker, resource: 'lumees', amount: 10 };
    const send = async (client: Client) =>
      onlyError(await writingNeither([giver, taker], () => client.transferResource(input))).extensions;
    const admin = await addStaffMember(fresh('staff'), { role: 'admin' });
    expect((await send(asStaff(admin))).code).toBe('FORBIDDEN');
    expect(await send(asPlayer(taker))).toMatchObject({ code: 'FORBIDDEN', field: 'playerId' });
    expect((await send(anonymous())).code).toBe('UNAUTHENTICATED');
  });
});

describe('malformed input of transferResource', () => {
  const AMOUNT = /an integer from 1 to 9007199254740991/;
  it.each<[string, object, string, RegExp]>([
    ['an amount of 0', { amount: 0 }, 'input.amount', AMOUNT],
    ['a negative amount', { amount: -5 }, 'input.amount', AMOUNT],
    ['a fractional amount', { amount: 1.5 }, 'input.amount', AMOUNT],
    ['an amount of 2^53', { amount: 2 ** 53 }, 'input.amount', AMOUNT],
    ['a text as the amount', { amount: '10' }, 'input.amount', AMOUNT],
    [
      'a resource that players cannot give',
      { resource: 'auric_coins' },
      'resource',
      /allows: lumees, shards:fire, /,
    ],
    ['experience', { resource: 'experience' }, 'resource', /cannot give experience; .*allows: lumees, /],
    ['an unknown resource', { resource: 'no_such_thing' }, 'resource', /cannot give no_such_thing/],
    ['an invalid resource name', { resource: 'Lumees!' }, 'input.resource', /1 to 64 characters/],
    ['an empty recipient', { toPlayerId: '' }, 'input.toPlayerId', /1 to 255/],
    [
      'a fractional version',
      { expectedVersion: 0.5 },
      'input.expectedVersion',
      /an integer from 0 to 9007199254740991/,
    ],
  ])('transferResource with %s names the field and its bound, writes nothing and leaves the key free', async (_, over, field, bound) => {
    const [giver, taker] = await createPair();
    const idempotencyKey = freshKey();
    const input = { toPlayerId: taker, resource: 'lumees', amount: 10, idempotencyKey, ...over };
    const token = await playerToken(giver);
    const answer = await writingNeither([giver, taker], () => call('transferResource', input, { token }));
    const { message, extensions } = onlyError(answer);
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(message).toMatch(bound);
    expect(receiptOf(await transfer(giver, taker, { idempotencyKey })).replayed).toBe(false);
  });

  it('transferResource names toPlayerId when a player gives to themselves', async () => {
    const [giver, taker] = await createPair();
    const answer = await writingNeither([giver, taker], () => transfer(giver, giver));
    expect(onlyError(answer)).toMatchObject({
      message: expect.stringMatching(/^toPlayerId: .*another player/),
      extensions: { code: 'BAD_USER_INPUT', field: 'toPlayerId' },
    });
  });

  it('transferResource accepts the greatest amount, which a limit or the balance then rejects', async () => {
    const [giver, taker] = await createPair();
    const amount = Number.MAX_SAFE_INTEGER;
    const give = (resource: string) =>
      movingNeither([giver, taker], () => transfer(giver, taker, { amount, resource }));
    expect(rejectionOf(await give('lumees'), 'LimitExceeded').limit).toBe('TRANSFER_AMOUNT');
    expect(rejectionOf(await give('shards:fire'), 'InsufficientBalance')).toMatchObject({
      available: 0,
      required: amount,
    });
  });
});
