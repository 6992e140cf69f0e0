/** The same idempotency key with the same input, sent again after success. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  receiptOf,
  resultOf,
  withoutReplayed,
} from '../../support/worker/client.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { sampleOf } from '../../support/worker/sample.ts';
import { SCENES, seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey, ticket } from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

describe('the same key with the same input after success', () => {
  it.each(SCENES)('$name: replays the original receipt without a write', async ({ prepare }) => {
    const { playerId, version, send } = await prepare();
    const receipt = receiptOf(await send());
    expect(receipt).toMatchObject({ replayed: false, claim: { playerVersion: version } });

    for (let retry = 1; retry <= 3; retry++) {
      const answer = await writingNothing(playerId, () => send());
      expect(resultOf(answer)).toEqual({ ...receipt, replayed: true });
      // The receipt names the request that was committed, the header names this one.
      expect(answer.headers.get('x-correlation-id')).not.toBe(receipt.correlationId);
    }
  });

  it.each(
    sampleOf(SCENES, 2, 1),
  )('$name: replays the original receipt after other operations of the player', async ({ prepare }) => {
    const { playerId, version, send } = await prepare();
    const receipt = receiptOf(await send());
    const facts = { minutes: 600, average_bet: 100_000 };
    receiptOf(await asServer().claimReward({ type: 'rating_slip', playerId, key: 'slip-1', facts }));
    receiptOf(await asPlayer(playerId).spendStatPoints(spending({ stamina: 1 })));
    expect((await ledgerState(playerId)).version).toBe(version + 2);
    expect(resultOf(await writingNothing(playerId, () => send()))).toEqual({ ...receipt, replayed: true });
  });

  it('replays a manual reward when its grants are in another order', async () => {
    const playerId = await seasonedPlayer();
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const grants = [
      { resource: 'lumees', amount: 1 },
      { resource: 'auric_coins', amount: 2 },
    ];
    const input = { playerId, reason: 'in any order', idempotencyKey: freshKey() };
    const receipt = receiptOf(await staff.manualReward({ ...input, grants }));
    const retry = () => staff.manualReward({ ...input, grants: grants.toReversed() });
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });

  it('replays stat points in another order of the stats, and when a field is null', async () => {
    const player = asPlayer(await seasonedPlayer());
    const input = { ...spending({ energy: 1, health: 2 }), idempotencyKey: freshKey() };
    const receipt = receiptOf(await player.spendStatPoints(input));
    for (const same of [spending({ health: 2, energy: 1 }), { expectedVersion: null }]) {
      const retry = resultOf(await player.spendStatPoints({ ...input, ...same }));
      expect(retry).toEqual({ ...receipt, replayed: true });
    }
  });

  it('replays a claim when its ticket was signed again with the same contents', async () => {
    const playerId = fresh('player');
    const contents = { playerId, type: 'ascension_victory', key: 'tower-1', facts: { floor: 7 } };
    const input = { type: contents.type, idempotencyKey: freshKey() };
    const first = { ...input, ticket: await ticket({ ...contents, expiresInSeconds: 100 }) };
    const second = { ...input, ticket: await ticket({ ...contents, expiresInSeconds: 200 }) };
    expect(first.ticket).not.toBe(second.ticket);
    const receipt = receiptOf(await asPlayer(playerId).claimReward(first));
    const retry = () => asPlayer(playerId).claimReward(second);
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });
});

describe('the same key of another player', () => {
  it('grants and replays the same key for each player separately', async () => {
    const idempotencyKey = freshKey();
    const claim = async (playerId: string) =>
      receiptOf(await asPlayer(playerId).claimReward({ type: 'daily_quest', idempotencyKey }));
    const players = [fresh('player'), fresh('player'), fresh('player')];
    const receipts = await Promise.all(players.map(claim));
    const replays = await Promise.all(players.map(claim));
    for (const [index, playerId] of players.entries()) {
      expect(receipts[index]).toMatchObject({ replayed: false, player: { id: playerId, version: 1 } });
      expect(replays[index]?.replayed).toBe(true);
      expect(await ledgerState(playerId)).toMatchObject({
        granted: 1,
        rejected: 0,
        balances: { lumees: 150 },
      });
      expect(await ledgerFaults(playerId)).toEqual([]);
    }
    expect(replays.map(withoutReplayed)).toEqual(receipts.map(withoutReplayed));
    expect(new Set(receipts.map(({ claim }) => claim.id)).size).toBe(players.length);
  });
});
