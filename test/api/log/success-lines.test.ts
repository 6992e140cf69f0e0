/** An operation that succeeds writes one log line that says who did what for whom, and how much moved. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { asPlayer, asServer, receiptOf, resultAs, resultOf } from '../../support/worker/client.ts';
import { catchLines, lineOf } from '../../support/worker/log-lines.ts';
import { READS, SCENES, seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { spending } from '../../support/worker/stat-points.ts';

beforeAll(async () => {
  await serveExample();
  catchLines();
});

const timed = { durationMs: expect.any(Number), databaseMs: expect.any(Number) };

function sums(
  changes: readonly { readonly resource: string; readonly delta: number }[],
): Record<string, number> {
  const byResource = Object.entries(Object.groupBy(changes, ({ resource }) => resource));
  return Object.fromEntries(
    byResource.map(([resource, all = []]) => [resource, all.reduce((sum, { delta }) => sum + delta, 0)]),
  );
}

describe('one line for each operation, on success', () => {
  it.each(
    SCENES,
  )('$name: logs actor, player, claim, amounts, config version and times; a replay logs the same', async ({
    operation,
    actor,
    prepare,
  }) => {
    const { playerId, actorId, input, send } = await prepare();
    const answer = await send();
    const { claim, changes } = receiptOf(answer);
    const { reason } = input as { reason?: string | null };
    const line = lineOf(answer);
    expect(line).toEqual({
      level: 'info',
      correlationId: claim.correlationId,
      operation,
      success: true,
      code: 'RECEIPT',
      actor: `${actor}:${actorId}`,
      player: playerId,
      claimType: claim.type,
      claimKey: claim.key,
      amounts: sums(changes),
      ...(reason && { reason }),
      replayed: false,
      configVersion: claim.configVersion,
      ...timed,
    });
    const replay = await send();
    const correlationId = replay.headers.get('x-correlation-id');
    expect(lineOf(replay)).toEqual({ ...line, correlationId, replayed: true, ...timed });
  });

  it('logs the sum of each resource: what was asked for, opening balances and regeneration', async () => {
    const playerId = await seasonedPlayer();
    const cup = await asServer().claimReward({ ...victory, playerId, key: 'cup-1' });
    expect(lineOf(cup).amounts).toMatchObject({ experience: 500, auric_coins: 64 });
    const points = await asPlayer(playerId).spendStatPoints(spending({ energy: 1, health: 1 }));
    expect(lineOf(points).amounts).toMatchObject({ stat_points: -2, 'stat:energy': 1, 'stat:health': 1 });
    const drop = await asPlayer(playerId).exchange({ exchange: 'drop' });
    expect(lineOf(drop).amounts).toMatchObject({ drop_charges: 4, auric_coins: 5 });
  });

  it.each(READS)('$name: logs operation, actor and times', async ({ operation, actor, prepare }) => {
    const { actorId, send } = await prepare();
    const answer = await send();
    resultOf(answer);
    const line = lineOf(answer);
    expect(line).toMatchObject({
      level: 'info',
      operation,
      success: true,
      code: 'OK',
      actor: `${actor}:${actorId}`,
      ...timed,
    });
    expect(line).not.toHaveProperty('amounts');
  });

  it('logs what a preview would move as requested, and no amounts', async () => {
    const playerId = await seasonedPlayer();
    const exchange = await asPlayer(playerId).previewExchange({ exchange: 'training' });
    resultAs(exchange, 'ExchangePreview');
    const line = lineOf(exchange);
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
    expect(lineOf(await asPlayer(playerId).previewClaim({ type: 'daily_quest' }))).toMatchObject({
      operation: 'previewClaim',
      success: true,
      claimType: 'daily_quest',
      requested: expect.objectContaining({ lumees: 150 }),
    });
  });
});
