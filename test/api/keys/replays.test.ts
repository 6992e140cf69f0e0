/** Row: the same key with the same input, after success. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import {
  claimReward,
  manualReward,
  original,
  resultOf,
  spendStatPoints,
} from '../../support/worker/mutations.ts';
import { SCENES, seasonedPlayer } from '../../support/worker/scenes.ts';
import {
  fresh,
  freshKey,
  playerToken,
  serverToken,
  staffToken,
  ticket,
} from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

describe('same key, same input, after success', () => {
  it.each(SCENES)('$name: answers with the original receipt, replayed, without a write', async ({
    prepare,
  }) => {
    const { playerId, version, send } = await prepare();
    const receipt = resultOf(await send());
    expect(receipt).toMatchObject({
      __typename: 'Receipt',
      replayed: false,
      claim: { playerVersion: version },
    });

    for (let retry = 1; retry <= 3; retry++) {
      const answer = await writingNothing(playerId, () => send());
      expect(resultOf(answer)).toEqual({ ...receipt, replayed: true });
      // The receipt names the attempt that did the work; the header names this one.
      expect(answer.headers.get('x-correlation-id')).not.toBe(receipt.correlationId);
    }
  });

  it.each(SCENES)('$name: replays what it was, whatever the player has done since', async ({ prepare }) => {
    const { playerId, version, send } = await prepare();
    const receipt = resultOf(await send());
    await claimReward(
      { type: 'rating_slip', playerId, key: 'slip-1', facts: { minutes: 600, average_bet: 100_000 } },
      { token: await serverToken() },
    );
    await spendStatPoints({ stamina: 1 }, { token: await playerToken(playerId) });
    const now = await ledgerState(playerId);
    expect(now.version).toBe(version + 2);
    expect(resultOf(await writingNothing(playerId, () => send()))).toEqual({ ...receipt, replayed: true });
  });

  it('takes input for the same that means the same: the order of grants', async () => {
    const playerId = await seasonedPlayer();
    const token = await staffToken(await addStaffMember(fresh('staff')));
    const grants = [
      { resource: 'lumees', amount: 1 },
      { resource: 'auric_coins', amount: 2 },
    ];
    const input = { playerId, reason: 'in whatever order', idempotencyKey: freshKey() };
    const receipt = resultOf(await manualReward({ ...input, grants }, { token }));
    const retry = () => manualReward({ ...input, grants: grants.toReversed() }, { token });
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });

  it('takes input for the same that means the same: a field left out, null, or zero points', async () => {
    const token = await playerToken(await seasonedPlayer());
    const idempotencyKey = freshKey();
    const receipt = resultOf(await spendStatPoints({ idempotencyKey, energy: 1 }, { token }));
    for (const same of [{ stamina: 0, health: 0 }, { stamina: null }, { expectedVersion: null }]) {
      const retry = resultOf(await spendStatPoints({ idempotencyKey, energy: 1, ...same }, { token }));
      expect(retry).toEqual({ ...receipt, replayed: true });
    }
  });

  it('counts a ticket by what it says: signed anew, it is the same input', async () => {
    const playerId = fresh('player');
    const token = await playerToken(playerId);
    const contents = { playerId, type: 'ascension_victory', key: 'tower-1', facts: { floor: 7 } };
    const input = { type: contents.type, idempotencyKey: freshKey() };
    const first = { ...input, ticket: await ticket({ ...contents, expiresInSeconds: 100 }) };
    const second = { ...input, ticket: await ticket({ ...contents, expiresInSeconds: 200 }) };
    expect(first.ticket).not.toBe(second.ticket);
    const receipt = resultOf(await claimReward(first, { token }));
    const retry = () => claimReward(second, { token });
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });
});

describe('another player, same key string', () => {
  it('is independent: each is paid, each replays their own', async () => {
    const players = [fresh('player'), fresh('player'), fresh('player')];
    const idempotencyKey = freshKey();
    const claim = async (playerId: string) =>
      resultOf(
        await claimReward({ type: 'daily_quest', idempotencyKey }, { token: await playerToken(playerId) }),
      );
    const receipts = await Promise.all(players.map(claim));
    const replays = await Promise.all(players.map(claim));
    for (const [index, playerId] of players.entries()) {
      expect(receipts[index]).toMatchObject({ replayed: false, player: { id: playerId, version: 1 } });
      expect(replays[index].replayed).toBe(true);
      expect(original(replays[index])).toEqual(original(receipts[index]));
      expect(await ledgerState(playerId)).toMatchObject({
        granted: 1,
        rejected: 0,
        balances: { lumees: 150 },
      });
      expect(await ledgerFaults(playerId)).toEqual([]);
    }
    expect(new Set(receipts.map(({ claim }) => claim.id)).size).toBe(players.length);
  });
});
