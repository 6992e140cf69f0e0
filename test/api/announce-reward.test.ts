/** announceReward: it makes a reward pending for one claim type and key, once, and moves nothing. */
import { beforeAll, describe, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../support/worker/balance.ts';
import {
  anonymous,
  asPlayer,
  asServer,
  asStaff,
  type Client,
  call,
  faultOf,
  type MutationInput,
  receiptOf,
  rejectionOf,
  resultOf,
  withoutReplayed,
} from '../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState } from '../support/worker/ledger-state.ts';
import { breakRequests, countRequests } from '../support/worker/neon-control.ts';
import { announce, pendingKeys, VICTORY } from '../support/worker/pending.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey, serverToken } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

type Input = MutationInput<'announceReward'>;

const victoryOf = (playerId: string, over: Partial<Input> = {}): Input => ({
  ...VICTORY,
  playerId,
  key: 'enc-1',
  idempotencyKey: freshKey(),
  ...over,
});

beforeAll(serveExample);

describe('announceReward', () => {
  it('an announcement makes a reward pending, moves nothing, leaves the version and replays its receipt on a retry', async () => {
    const playerId = await seasonedPlayer();
    const { balances } = await ledgerState(playerId);
    const input = victoryOf(playerId);
    const receipt = receiptOf(await asServer().announceReward(input));
    expect(receipt).toMatchObject({
      replayed: false,
      changes: [],
      claim: { operation: 'announceReward', type: 'announcement', key: '11:pve_victory5:enc-1' },
      player: { version: 1, level: 3 },
    });
    expect((await ledgerState(playerId)).balances).toEqual(balances);
    expect(await pendingKeys(playerId)).toEqual(['pve_victory/enc-1']);

    const replay = receiptOf(await writingNothing(playerId, () => asServer().announceReward(input)));
    expect(replay.replayed).toBe(true);
    expect(withoutReplayed(replay)).toEqual(withoutReplayed(receipt));
    expect(await countRequests(playerId, () => asServer().announceReward(input))).toBe(1);
  });

  it('an announcement creates a player who does not exist, at version 0', async () => {
    const playerId = fresh('player');
    await announce(playerId, 'enc-1');
    expect(await ledgerState(playerId)).toMatchObject({ version: 0, balances: {}, entries: 0, granted: 1 });
    expect(await pendingKeys(playerId)).toEqual(['pve_victory/enc-1']);
  });

  it('announceReward grants one of 64 simultaneous announcements of the same type and key', async () => {
    const playerId = await seasonedPlayer();
    const servers = Array.from({ length: 4 }, (_, index) => asServer(`arena-${index}`));
    const requests = servers.flatMap((server) =>
      Array.from({ length: 16 }, () => server.announceReward(victoryOf(playerId))),
    );
    const results = (await Promise.all(requests)).map(resultOf);
    const [receipt, ...more] = results.filter((result) => result.__typename === 'Receipt');
    expect(more).toEqual([]);
    const rejections = results.filter((result) => result.__typename === 'AlreadyClaimed');
    expect(rejections).toHaveLength(63);
    for (const { original, changes, sourceKey } of rejections)
      expect({ original, changes, sourceKey }).toEqual({
        original: receipt?.claim,
        changes: [],
        sourceKey: null,
      });
    expect(await ledgerState(playerId)).toMatchObject({ version: 1, granted: 2, rejected: 63 });
    expect(await pendingKeys(playerId)).toEqual(['pve_victory/enc-1']);

    // Another key, another type and another player are announcements of their own.
    await announce(playerId, 'enc-2');
    await announce(playerId, 'enc-1', { type: 'arena_chest', facts: null });
    await announce(await seasonedPlayer(), 'enc-1');
    expect(await pendingKeys(playerId)).toEqual([
      'pve_victory/enc-1',
      'pve_victory/enc-2',
      'arena_chest/enc-1',
    ]);
  });

  it('announceReward answers AlreadyClaimed with the payment when the reward was paid before, and nothing becomes pending', async () => {
    const playerId = fresh('player');
    const paid = receiptOf(await asServer().claimReward({ ...VICTORY, playerId, key: 'enc-1' }));
    const late = await movingNothing(playerId, () => asServer().announceReward(victoryOf(playerId)));
    expect(rejectionOf(late, 'AlreadyClaimed')).toMatchObject({
      original: paid.claim,
      changes: paid.changes,
    });
    expect(await pendingKeys(playerId)).toEqual([]);
  });

  it('announceReward answers AlreadyClaimed when the reward was announced and paid, and it does not become pending again', async () => {
    const playerId = fresh('player');
    const { claim } = await announce(playerId, 'enc-1');
    receiptOf(await asServer().claimReward({ ...VICTORY, playerId, key: 'enc-1' }));
    const again = await movingNothing(playerId, () => asServer().announceReward(victoryOf(playerId)));
    expect(rejectionOf(again, 'AlreadyClaimed').original).toEqual(claim);
    expect(await pendingKeys(playerId)).toEqual([]);
  });

  it.each([
    'drop_before',
    'drop_after_commit',
    'reset_mid_body',
    'duplicate',
  ] as const)('a reward is announced once when the request or its answer is lost and it is sent again (%s)', async (kind) => {
    const playerId = fresh('player');
    const input = victoryOf(playerId);
    await breakRequests({ match: String(input.idempotencyKey), kind });
    const answer = await asServer().announceReward(input);
    if (kind !== 'duplicate') expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
    const receipt = receiptOf(await asServer().announceReward(input));
    expect(receipt.replayed).toBe(kind !== 'drop_before');
    expect(await ledgerState(playerId)).toMatchObject({ version: 0, granted: 1 });
    expect(await pendingKeys(playerId)).toEqual(['pve_victory/enc-1']);
  });
});

describe('a rejected or malformed announcement', () => {
  it('replays UnknownClaimType for the key of an announcement after the claim type was published, and grants a new key', async () => {
    const playerId = await seasonedPlayer();
    const input = { playerId, type: 'gift', key: 'g-1', idempotencyKey: freshKey() };
    const rejected = await movingNothing(playerId, () => asServer().announceReward(input));
    expect(rejectionOf(rejected, 'UnknownClaimType').claimType).toBe('gift');
    await publish(
      changedExample(({ claimTypes }) => {
        claimTypes.gift = { proof: 'server', rewards: { lumees: 1 } };
      }),
    );
    const replay = await writingNothing(playerId, () => asServer().announceReward(input));
    expect(resultOf(replay)).toEqual(resultOf(rejected));
    expect(await pendingKeys(playerId)).toEqual([]);
    receiptOf(await asServer().announceReward({ ...input, idempotencyKey: freshKey() }));
    expect(await pendingKeys(playerId)).toEqual(['gift/g-1']);
    await serveExample();
  });

  it('answers IdempotencyKeyReused with the fields that differ from the first announcement', async () => {
    const playerId = await seasonedPlayer();
    const idempotencyKey = freshKey();
    await announce(playerId, 'enc-1', { idempotencyKey });
    const other = { key: 'enc-2', facts: { difficulty: 'hard', enemy_level: 20 }, idempotencyKey };
    const reused = await writingNothing(playerId, () =>
      asServer().announceReward(victoryOf(playerId, other)),
    );
    expect(rejectionOf(reused, 'IdempotencyKeyReused').fields).toEqual(['facts', 'key']);
    expect(await pendingKeys(playerId)).toEqual(['pve_victory/enc-1']);
  });

  it('answers VersionConflict to an announcement for a stale version', async () => {
    const playerId = await seasonedPlayer();
    const stale = victoryOf(playerId, { expectedVersion: 0 });
    const answer = await movingNothing(playerId, () => asServer().announceReward(stale));
    expect(rejectionOf(answer, 'VersionConflict')).toMatchObject({ expected: 0, current: 1 });
    expect(await pendingKeys(playerId)).toEqual([]);
  });

  it.each<[string, Partial<Input>, string, RegExp]>([
    ['a daily claim', { type: 'daily_quest', facts: null }, 'type', /daily_quest .* cannot be announced/],
    ['a weekly claim', { type: 'weekly_chest', facts: null }, 'type', /weekly_chest .* cannot be announced/],
    ['a missing fact', { facts: null }, 'facts.difficulty', /one of normal, hard/],
    [
      'a fact out of bounds',
      { facts: { difficulty: 'hard', enemy_level: 201 } },
      'facts.enemy_level',
      /integer from 1 to 200/,
    ],
    ['an unknown fact', { facts: { ...VICTORY.facts, luck: 1 } }, 'facts.luck', /difficulty, enemy_level/],
  ])('names the field of an announcement for %s and leaves the key free', async (_, over, field, message) => {
    const playerId = await seasonedPlayer();
    const input = victoryOf(playerId);
    const answer = await writingNothing(playerId, () => asServer().announceReward({ ...input, ...over }));
    const error = onlyError(answer);
    expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(error.message).toMatch(message);
    expect(await pendingKeys(playerId)).toEqual([]);
    expect(receiptOf(await asServer().announceReward(input)).replayed).toBe(false);
  });

  it.each([
    ['type', 'Pve Victory'],
    ['type', null],
    ['key', 'k'.repeat(256)],
    ['key', 'a b'],
    ['key', null],
    ['playerId', ''],
    ['facts', [1]],
    ['expectedVersion', 1.5],
    ['idempotencyKey', 'short'],
  ])('rejects an announcement with a malformed %s without a request to the database: %j', async (field, value) => {
    const playerId = fresh('player');
    const input = { ...victoryOf(playerId), [field]: value };
    const token = await serverToken();
    const answer = await withoutDatabase(playerId, () => call('announceReward', input, { token }));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: `input.${field}` });
  });

  it('answers FORBIDDEN to announcements of players, BAD_USER_INPUT to staff without a reason, and UNAUTHENTICATED without a token, without a request to the database', async () => {
    const playerId = fresh('player');
    const admin = await addStaffMember(fresh('staff'), { role: 'admin' });
    const codeFor = async (client: Client) => {
      const answer = await withoutDatabase(playerId, () => client.announceReward(victoryOf(playerId)));
      return onlyError(answer).extensions.code;
    };
    expect(await codeFor(asPlayer(playerId))).toBe('FORBIDDEN');
    expect(await codeFor(asStaff(admin))).toBe('BAD_USER_INPUT');
    expect(await codeFor(anonymous())).toBe('UNAUTHENTICATED');
    expect(await pendingKeys(playerId)).toEqual([]);
  });
});
