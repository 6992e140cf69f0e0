import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../../support/worker/log-lines.ts';
import { claimReward, manualReward, spendStatPoints } from '../../support/worker/mutations.ts';
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

  it.each([
    ['me', () => send('{ me { id } }', {}, { token: own })],
    ['player', () => send(`{ player(id: "${playerId}") { id } }`, {}, { token: server })],
    ['ledger', () => send(`{ ledger(playerId: "${playerId}") { edges { cursor } } }`, {}, { token: own })],
    ['claims', () => send(`{ claims(playerId: "${playerId}") { edges { cursor } } }`, {}, { token: own })],
    ['claim', () => send('{ claim(type: "x", key: "y") { claim { id } } }', {}, { token: own })],
    ['trace', () => send('{ trace(correlationId: "whatever") { correlationId } }', {}, { token: own })],
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
});
