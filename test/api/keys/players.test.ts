/** Who creates a player: their own token and game servers, with their first operation. Staff never do. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { addStaffMember, ledgerFaults, ledgerState, owner } from '../../support/worker/ledger-state.ts';
import { claimReward, manualReward, resultOf, spendStatPoints } from '../../support/worker/mutations.ts';
import { victory } from '../../support/worker/scenes.ts';
import {
  fresh,
  freshKey,
  playerToken,
  serverToken,
  staffToken,
  ticket,
} from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

const award = { grants: [{ resource: 'lumees', amount: 5 }], reason: 'welcome to the game' };

async function exists(playerId: string): Promise<boolean> {
  const rows = await owner`SELECT 1 FROM onceward.players WHERE id = ${playerId}`;
  return rows.length === 1;
}

describe('a player is created', () => {
  it('by the first claim of their own token', async () => {
    const playerId = fresh('player');
    const input = {
      type: 'pvp_victory',
      ticket: await ticket({ playerId, type: 'pvp_victory', key: 'duel-1', facts: { rating_gap: 0 } }),
    };
    const receipt = resultOf(await claimReward(input, { token: await playerToken(playerId) }));
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

  it('by the first claim that a game server makes for them', async () => {
    const playerId = fresh('player');
    const receipt = resultOf(
      await claimReward({ ...victory, playerId, key: 'cup-1' }, { token: await serverToken() }),
    );
    expect(receipt).toMatchObject({
      __typename: 'Receipt',
      levelBefore: 1,
      levelAfter: 3,
      player: { version: 1 },
    });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('once, by sixty-four first claims at once', async () => {
    const playerId = fresh('player');
    const token = await serverToken();
    const claims = Array.from({ length: 64 }, (_, cup) =>
      claimReward({ ...victory, playerId, key: `cup-${cup}` }, { token }),
    );
    const results = (await Promise.all(claims)).map(resultOf);
    expect(results.map(({ claim }) => claim.playerVersion).toSorted((a, b) => a - b)).toEqual(
      results.map((_, index) => index + 1),
    );
    expect(await ledgerState(playerId)).toMatchObject({
      version: 64,
      granted: 64,
      balances: { experience: 64 * 500 },
    });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('at version 0, by a first operation that is refused', async () => {
    const playerId = fresh('player');
    const token = await playerToken(playerId);
    const refusal = await movingNothing(playerId, () => spendStatPoints({ energy: 1 }, { token }));
    expect(resultOf(refusal)).toMatchObject({ __typename: 'InsufficientBalance', available: 0, required: 1 });
    expect(await ledgerState(playerId)).toMatchObject({ version: 0, balances: {}, entries: 0, rejected: 1 });
  });

  it('with expectedVersion 0, and with no other', async () => {
    const playerId = fresh('player');
    const token = await serverToken();
    const input = { ...victory, playerId, key: 'cup-1' };
    const conflict = await movingNothing(playerId, () =>
      claimReward({ ...input, expectedVersion: 1 }, { token }),
    );
    expect(resultOf(conflict)).toMatchObject({ __typename: 'VersionConflict', expected: 1, current: 0 });
    expect(resultOf(await claimReward({ ...input, expectedVersion: 0 }, { token })).__typename).toBe(
      'Receipt',
    );
  });
});

describe('a player is not created', () => {
  it('by an award of staff: UnknownPlayer, recorded and replayed, and no row of that player', async () => {
    const playerId = fresh('nobody');
    const token = await staffToken(await addStaffMember(fresh('staff')));
    const idempotencyKey = freshKey();
    const give = () => manualReward({ playerId, ...award, idempotencyKey }, { token });
    const refusal = resultOf(await movingNothing(playerId, give));
    expect(refusal).toMatchObject({ __typename: 'UnknownPlayer', playerId, code: 'UNKNOWN_PLAYER' });
    expect(resultOf(await writingNothing(playerId, give))).toEqual(refusal);
    expect(await exists(playerId)).toBe(false);
    expect(await ledgerState(playerId)).toMatchObject({ version: null, balances: {}, rejected: 1 });
  });

  it('by a claim of staff', async () => {
    const playerId = fresh('nobody');
    const token = await staffToken(await addStaffMember(fresh('staff')));
    const claim = () => claimReward({ ...victory, playerId, key: 'cup-1' }, { token });
    expect(resultOf(await movingNothing(playerId, claim))).toMatchObject({
      __typename: 'UnknownPlayer',
      playerId,
    });
    const unknownType = () => claimReward({ type: 'nonsense', playerId }, { token });
    expect(resultOf(await movingNothing(playerId, unknownType)).__typename).toBe('UnknownClaimType');
    expect(await exists(playerId)).toBe(false);
  });

  it('by identical awards at once: one "no" is recorded, and all are told the same', async () => {
    const playerId = fresh('nobody');
    const token = await staffToken(await addStaffMember(fresh('staff')));
    const idempotencyKey = freshKey();
    const give = () => manualReward({ playerId, ...award, idempotencyKey }, { token });
    const refusals = (await Promise.all(Array.from({ length: 16 }, give))).map(resultOf);
    expect(refusals[0].__typename).toBe('UnknownPlayer');
    for (const refusal of refusals) expect(refusal).toEqual(refusals[0]);
    expect(await exists(playerId)).toBe(false);
    expect(await ledgerState(playerId)).toMatchObject({ version: null, rejected: 1 });
    const [audit] =
      await owner`SELECT count(*)::int FROM onceward.audit_events WHERE player_id = ${playerId}`;
    expect(audit?.count).toBe(1);
  });

  it('by different awards under one key at once: one is told UnknownPlayer, the other that the key is used', async () => {
    const playerId = fresh('nobody');
    const token = await staffToken(await addStaffMember(fresh('staff')));
    const idempotencyKey = freshKey();
    const give = (reason: string) => manualReward({ playerId, ...award, reason, idempotencyKey }, { token });
    const results = (await Promise.all([give('one reason'), give('another reason')])).map(resultOf);
    expect(results.map(({ __typename }) => __typename).toSorted()).toEqual([
      'IdempotencyKeyReused',
      'UnknownPlayer',
    ]);
    expect(await ledgerState(playerId)).toMatchObject({ version: null, rejected: 1 });
  });

  it('by a fault: neither malformed input nor a forbidden token leaves a row', async () => {
    const playerId = fresh('nobody');
    const [server, player] = [await serverToken(), await playerToken(playerId)];
    await claimReward({ type: 'tournament_reward', playerId, key: 'cup-1', facts: {} }, { token: server });
    await claimReward({ type: 'daily_quest', key: 'today' }, { token: player });
    await manualReward({ playerId, ...award }, { token: player });
    const expired = await ticket({
      playerId,
      type: 'pvp_victory',
      key: 'duel-1',
      facts: { rating_gap: 0 },
      expiresInSeconds: -60,
    });
    await claimReward({ type: 'pvp_victory', ticket: expired }, { token: player });
    expect(await exists(playerId)).toBe(false);
    expect(await ledgerState(playerId)).toMatchObject({ version: null, rejected: 0 });
  });
});
