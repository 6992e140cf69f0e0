import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../../support/worker/log-lines.ts';
import {
  announceReward,
  applyDamage,
  claimReward,
  exchange,
  heal,
  manualReward,
  recoverReward,
  resultOf,
  reverseClaim,
  type Sent,
  spendStatPoints,
  transferResource,
} from '../../support/worker/mutations.ts';
import { previewClaim, previewExchange } from '../../support/worker/previews.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, send, serverToken, staffToken } from '../../support/worker/service.ts';

let playerId: string;
let staffId: string;
let [own, server, staff] = ['', '', ''];
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  staffId = await addStaffMember(fresh('staff'), { limit: 100 });
  [own, server, staff] = [await playerToken(playerId), await serverToken(), await staffToken(staffId)];
  catchLines();
});

const award = (amount: number) => ({
  playerId,
  grants: [{ resource: 'lumees', amount }],
  reason: `worth ${amount}`,
});
const timed = { durationMs: expect.any(Number), databaseMs: expect.any(Number) };

describe('one line for each operation, on success', () => {
  it('claimReward: who, for whom, what, how much, under which config, and how long it took', async () => {
    const input = { ...victory, playerId, key: 'cup-1', idempotencyKey: freshKey() };
    const line = lineOf(await claimReward(input, { token: server }));
    expect(line).toEqual({
      level: 'info',
      correlationId: expect.any(String),
      operation: 'claimReward',
      success: true,
      code: 'RECEIPT',
      actor: 'server:arena-1',
      player: playerId,
      claimType: 'tournament_reward',
      claimKey: 'cup-1',
      amounts: expect.objectContaining({ experience: 500, auric_coins: 64 }),
      replayed: false,
      configVersion: expect.any(Number),
      ...timed,
    });
    expect(lineOf(await claimReward(input, { token: server }))).toMatchObject({
      success: true,
      replayed: true,
      amounts: line.amounts,
    });
  });

  it('manualReward: the reason as well', async () => {
    expect(lineOf(await manualReward(award(7), { token: staff }))).toMatchObject({
      level: 'info',
      operation: 'manualReward',
      success: true,
      code: 'RECEIPT',
      actor: `staff:${staffId}`,
      player: playerId,
      claimType: 'manual_reward',
      claimKey: expect.stringMatching(/^award:/),
      amounts: { lumees: 7 },
      reason: 'worth 7',
    });
  });

  it('spendStatPoints: what left and what came', async () => {
    expect(lineOf(await spendStatPoints({ energy: 1, health: 1 }, { token: own }))).toMatchObject({
      success: true,
      actor: `player:${playerId}`,
      player: playerId,
      claimType: 'spend_stat_points',
      amounts: { stat_points: -2, 'stat:energy': 1, 'stat:health': 1 },
    });
  });

  const reason = 'the client never came back';
  const chest = (key: string) => ({ playerId, type: 'arena_chest', key });
  const owed = async (key: string, ask: () => Promise<Sent>) => {
    await announceReward(chest(key), { token: server });
    return ask();
  };
  const OTHERS: readonly [string, () => Promise<Sent>, Record<string, unknown>][] = [
    [
      'exchange',
      () => exchange({ exchange: 'drop' }, { token: own }),
      { actor: 'player', claimType: 'drop', amounts: { drop_charges: 4, auric_coins: 5 } },
    ],
    [
      'transferResource',
      async () => {
        await claimReward({ type: 'weekly_chest', playerId }, { token: server });
        const input = { playerId, toPlayerId: await seasonedPlayer(), resource: 'lumees', amount: 3 };
        return transferResource(input, { token: server });
      },
      { actor: 'server', claimType: 'transfer', amounts: { lumees: -3 } },
    ],
    [
      'applyDamage',
      () => applyDamage({ playerId, amount: 90 }, { token: server }),
      { actor: 'server', claimType: 'damage', amounts: { health: 460 } },
    ],
    [
      'heal',
      () => heal({ playerId, amount: 70 }, { token: server }),
      { actor: 'server', claimType: 'healing', amounts: { health: 70 } },
    ],
    [
      'announceReward',
      () => announceReward(chest('chest-1'), { token: server }),
      { actor: 'server', claimType: 'announcement', claimKey: 'arena_chest/chest-1', amounts: {} },
    ],
    [
      'recoverReward',
      () => owed('chest-2', () => recoverReward({ ...chest('chest-2'), reason }, { token: staff })),
      { actor: 'staff', claimType: 'arena_chest', claimKey: 'chest-2', reason },
    ],
    [
      'reverseClaim',
      async () => {
        const paid = await owed('chest-3', () => claimReward(chest('chest-3'), { token: server }));
        const { claim } = resultOf(paid);
        return reverseClaim({ playerId, claimId: claim.id, reason }, { token: staff });
      },
      { actor: 'staff', claimType: 'reversal', reason },
    ],
  ];
  it.each(OTHERS)('%s: who, for whom, what and how much', async (operation, ask, { actor, ...told }) => {
    const actors = { player: `player:${playerId}`, server: 'server:arena-1', staff: `staff:${staffId}` };
    expect(lineOf(await ask())).toEqual({
      level: 'info',
      correlationId: expect.any(String),
      operation,
      success: true,
      code: 'RECEIPT',
      actor: actors[actor as keyof typeof actors],
      player: playerId,
      claimKey: expect.any(String),
      amounts: expect.objectContaining({ lumees: expect.any(Number) }),
      replayed: false,
      configVersion: expect.any(Number),
      ...told,
      ...timed,
    });
  });

  it.each([
    ['me', () => send('{ me { id } }', {}, { token: own })],
    ['player', () => send(`{ player(id: "${playerId}") { id } }`, {}, { token: server })],
    ['ledger', () => send(`{ ledger(playerId: "${playerId}") { edges { cursor } } }`, {}, { token: own })],
    ['claims', () => send(`{ claims(playerId: "${playerId}") { edges { cursor } } }`, {}, { token: own })],
    ['claim', () => send('{ claim(type: "x", key: "y") { claim { id } } }', {}, { token: own })],
    ['trace', () => send('{ trace(correlationId: "whatever") { correlationId } }', {}, { token: own })],
    ['pendingRewards', () => send('{ pendingRewards { edges { cursor } } }', {}, { token: own })],
    ['integrity', () => send('{ integrity(players: 1) { players } }', {}, { token: staff })],
    ['balanceConfig', () => send('{ balanceConfig { version } }', {}, { token: staff })],
  ])('a read: %s', async (operation, ask) => {
    expect(lineOf(await ask())).toMatchObject({
      level: 'info',
      operation,
      success: true,
      code: 'OK',
      actor: expect.any(String),
      ...timed,
    });
  });

  it('a preview: what it would be, and nothing that looks like a grant', async () => {
    const line = lineOf(await previewExchange({ exchange: 'training' }, { token: own }));
    expect(line).toMatchObject({
      level: 'info',
      operation: 'previewExchange',
      success: true,
      player: playerId,
      claimType: 'training',
      requested: expect.objectContaining({ experience: 50 }),
      ...timed,
    });
    expect(line).not.toHaveProperty('amounts');
    expect(lineOf(await previewClaim({ type: 'daily_quest' }, { token: own }))).toMatchObject({
      operation: 'previewClaim',
      success: true,
      claimType: 'daily_quest',
      requested: expect.objectContaining({ lumees: 150 }),
    });
  });
});
