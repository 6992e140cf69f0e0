/** Which operations create a player: the first one by the player or by a game server. Staff never create players. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../../support/worker/client.ts';
import { addStaffMember, ledgerFaults, ledgerState, owner } from '../../support/worker/ledger-state.ts';
import { victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey, ticket } from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

const award = { grants: [{ resource: 'lumees', amount: 5 }], reason: 'welcome to the game' };
const newStaff = async () => asStaff(await addStaffMember(fresh('staff')));

async function exists(playerId: string): Promise<boolean> {
  const rows = await owner`SELECT 1 FROM onceward.players WHERE id = ${playerId}`;
  return rows.length === 1;
}

describe('an operation that creates a player', () => {
  it("creates a player with the first claim of the player's own token", async () => {
    const playerId = fresh('player');
    const duel = { type: 'pvp_victory', key: 'duel-1', facts: { rating_gap: 0 } };
    const input = { type: duel.type, ticket: await ticket({ playerId, ...duel }) };
    const receipt = receiptOf(await asPlayer(playerId).claimReward(input));
    expect(receipt).toMatchObject({
      levelBefore: 1,
      levelAfter: 1,
      tierBefore: 'Bronze',
      player: { version: 1 },
    });
    expect(await ledgerState(playerId)).toMatchObject({
      version: 1,
      balances: { lumees: 100, auric_coins: 1, experience: 60 },
    });
  });

  it('creates a player with the first claim of a game server for that player', async () => {
    const playerId = fresh('player');
    const receipt = receiptOf(await asServer().claimReward({ ...victory, playerId, key: 'cup-1' }));
    expect(receipt).toMatchObject({ levelBefore: 1, levelAfter: 3, player: { version: 1 } });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('creates a player once when sixty-four first claims arrive at once', async () => {
    const playerId = fresh('player');
    const server = asServer();
    const claims = Array.from({ length: 64 }, (_, cup) =>
      server.claimReward({ ...victory, playerId, key: `cup-${cup}` }),
    );
    const receipts = (await Promise.all(claims)).map(receiptOf);
    expect(receipts.map(({ claim }) => claim.playerVersion).toSorted((a, b) => a - b)).toEqual(
      receipts.map((_, index) => index + 1),
    );
    expect(await ledgerState(playerId)).toMatchObject({
      version: 64,
      granted: 64,
      balances: { experience: 64 * 500 },
    });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('creates no player with a first operation that is rejected, and records the rejection', async () => {
    const playerId = fresh('player');
    const answer = await movingNothing(playerId, () =>
      asPlayer(playerId).spendStatPoints(spending({ energy: 1 })),
    );
    expect(rejectionOf(answer, 'InsufficientBalance')).toMatchObject({ available: 0, required: 1 });
    expect(await ledgerState(playerId)).toMatchObject({
      version: null,
      balances: {},
      entries: 0,
      rejected: 1,
    });
    expect(await exists(playerId)).toBe(false);
    expect(resultOf(await asServer().player({ id: playerId }))).toBeNull();
  });

  it('expects version 0 of a player who does not exist', async () => {
    const playerId = fresh('player');
    const input = { ...victory, playerId, key: 'cup-1' };
    const conflict = await movingNothing(playerId, () =>
      asServer().claimReward({ ...input, expectedVersion: 1 }),
    );
    expect(rejectionOf(conflict, 'VersionConflict')).toMatchObject({ expected: 1, current: 0 });
    receiptOf(await asServer().claimReward({ ...input, expectedVersion: 0 }));
  });
});

describe('an operation that creates no player', () => {
  it('answers UnknownPlayer to an award for an unknown player, replays it and creates no player', async () => {
    const playerId = fresh('nobody');
    const staff = await newStaff();
    const idempotencyKey = freshKey();
    const give = () => staff.manualReward({ playerId, ...award, idempotencyKey });
    const rejection = rejectionOf(await movingNothing(playerId, give), 'UnknownPlayer');
    expect(rejection).toMatchObject({ playerId, code: 'UNKNOWN_PLAYER' });
    expect(resultOf(await writingNothing(playerId, give))).toEqual(rejection);
    expect(await exists(playerId)).toBe(false);
    expect(await ledgerState(playerId)).toMatchObject({ version: null, balances: {}, rejected: 1 });
  });

  it('answers UnknownPlayer to a claim of staff for an unknown player', async () => {
    const playerId = fresh('nobody');
    const staff = await newStaff();
    const claim = () => staff.claimReward({ ...victory, playerId, key: 'cup-1' });
    expect(rejectionOf(await movingNothing(playerId, claim), 'UnknownPlayer').playerId).toBe(playerId);
    const unknownType = () => staff.claimReward({ type: 'nonsense', playerId });
    rejectionOf(await movingNothing(playerId, unknownType), 'UnknownClaimType');
    expect(await exists(playerId)).toBe(false);
  });

  it('records one rejection for identical awards at once and answers all of them with it', async () => {
    const playerId = fresh('nobody');
    const staff = await newStaff();
    const idempotencyKey = freshKey();
    const give = () => staff.manualReward({ playerId, ...award, idempotencyKey });
    const [first, ...others] = (await Promise.all(Array.from({ length: 16 }, give))).map(resultOf);
    expect(first?.__typename).toBe('UnknownPlayer');
    for (const other of others) expect(other).toEqual(first);
    expect(await exists(playerId)).toBe(false);
    expect(await ledgerState(playerId)).toMatchObject({ version: null, rejected: 1 });
    const audited = await owner`SELECT FROM onceward.audit_by_name WHERE player_id = ${playerId}`;
    expect(audited).toHaveLength(1);
  });

  it('answers UnknownPlayer to one of two different awards under one key, and key reuse to the other', async () => {
    const playerId = fresh('nobody');
    const staff = await newStaff();
    const idempotencyKey = freshKey();
    const give = (reason: string) => staff.manualReward({ playerId, ...award, reason, idempotencyKey });
    const results = (await Promise.all([give('one reason'), give('another reason')])).map(resultOf);
    expect(results.map(({ __typename }) => __typename).toSorted()).toEqual([
      'IdempotencyKeyReused',
      'UnknownPlayer',
    ]);
    expect(await ledgerState(playerId)).toMatchObject({ version: null, rejected: 1 });
  });

  it('creates no row for malformed input, a forbidden actor or an expired ticket', async () => {
    const playerId = fresh('nobody');
    const player = asPlayer(playerId);
    const duel = { type: 'pvp_victory', key: 'duel-1', facts: { rating_gap: 0 } };
    const expired = await ticket({ playerId, ...duel, expiresInSeconds: -120 });
    const answers = [
      await asServer().claimReward({ type: 'tournament_reward', playerId, key: 'cup-1', facts: {} }),
      await player.claimReward({ type: 'daily_quest', key: 'today' }),
      await player.manualReward({ playerId, ...award }),
      await player.claimReward({ type: duel.type, ticket: expired }),
    ];
    expect(answers.map((answer) => faultOf(answer).code)).toEqual([
      'BAD_USER_INPUT',
      'BAD_USER_INPUT',
      'FORBIDDEN',
      'FORBIDDEN',
    ]);
    expect(await exists(playerId)).toBe(false);
    expect(await ledgerState(playerId)).toMatchObject({ version: null, rejected: 0 });
  });
});
