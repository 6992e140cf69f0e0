/** Row: another key, the same business claim (type, key). */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { ledgerState } from '../../support/worker/ledger-state.ts';
import { claimReward, resultOf } from '../../support/worker/mutations.ts';
import { SCENES, victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, serverToken, ticket } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

// What a player does over and over is no event of the game world that could happen once: its key is its only name.
const AT_WILL = /^(spendStatPoints|exchange|transferResource|applyDamage|heal)\b/;
const CLAIMS = SCENES.filter(({ name }) => !AT_WILL.test(name));

describe('another key, same business claim', () => {
  it.each(CLAIMS)('$name: is AlreadyClaimed with the original claim and its changes', async ({ prepare }) => {
    const { playerId, idempotencyKey, version, send } = await prepare();
    const receipt = resultOf(await send());
    const again = await movingNothing(playerId, () => send({ idempotencyKey: freshKey() }));
    expect(resultOf(again)).toEqual({
      __typename: 'AlreadyClaimed',
      code: 'ALREADY_CLAIMED',
      message: expect.any(String),
      correlationId: again.headers.get('x-correlation-id'),
      claim: { id: receipt.claim.id, correlationId: receipt.correlationId, idempotencyKey },
      changes: receipt.changes,
      sourceKey: null,
    });
    expect(await ledgerState(playerId)).toMatchObject({ version, granted: version, rejected: 1 });
  });

  it.each(CLAIMS)('$name: replays AlreadyClaimed under that other key, without a write', async ({
    prepare,
  }) => {
    const { playerId, send } = await prepare();
    const receipt = resultOf(await send());
    const idempotencyKey = freshKey();
    const refusal = resultOf(await send({ idempotencyKey }));
    expect(refusal.__typename).toBe('AlreadyClaimed');
    for (let retry = 1; retry <= 2; retry++) {
      const replay = await writingNothing(playerId, () => send({ idempotencyKey }));
      expect(resultOf(replay)).toEqual(refusal);
      expect(replay.headers.get('x-correlation-id')).not.toBe(refusal.correlationId);
    }
    // And the first key still has its receipt.
    expect(resultOf(await send())).toEqual({ ...receipt, replayed: true });
  });

  it.each(
    SCENES.filter(({ name }) => AT_WILL.test(name)),
  )('$name: has no claim but its key: again is again', async ({ prepare }) => {
    const { playerId, version, send } = await prepare();
    resultOf(await send());
    const again = resultOf(await send({ idempotencyKey: freshKey() }));
    expect(again.__typename).toMatch(/^(Receipt|InsufficientBalance)$/);
    const granted = again.__typename === 'Receipt' ? version + 1 : version;
    expect(await ledgerState(playerId)).toMatchObject({ version: granted, granted });
  });

  it('is one claim whoever asks: the player with a ticket, a game server, other facts', async () => {
    const playerId = fresh('player');
    const contents = { playerId, type: 'ascension_victory', key: 'tower-1', facts: { floor: 10 } };
    const byPlayer = { type: contents.type, ticket: await ticket(contents) };
    const receipt = resultOf(await claimReward(byPlayer, { token: await playerToken(playerId) }));
    expect(receipt.__typename).toBe('Receipt');
    const byServer = () =>
      serverToken('another-arena').then((token) =>
        claimReward({ ...contents, facts: { floor: 500 } }, { token }),
      );
    expect(resultOf(await movingNothing(playerId, byServer))).toMatchObject({
      __typename: 'AlreadyClaimed',
      claim: { id: receipt.claim.id },
      changes: receipt.changes,
    });
  });

  it('is another claim for another type, another key, another player', async () => {
    const token = await serverToken();
    const [one, two] = [fresh('player'), fresh('player')];
    const slip = { type: 'rating_slip', facts: { minutes: 60, average_bet: 1000 } };
    for (const input of [
      { ...victory, playerId: one, key: 'same' },
      { ...victory, playerId: one, key: 'other' },
      { ...slip, playerId: one, key: 'same' },
      { ...victory, playerId: two, key: 'same' },
    ]) {
      expect(resultOf(await claimReward(input, { token })).__typename).toBe('Receipt');
    }
    expect(await ledgerState(one)).toMatchObject({ version: 3, granted: 3, rejected: 0 });
  });

  it('a claim that was refused for another reason can still be paid, once', async () => {
    const playerId = fresh('player');
    const token = await serverToken();
    const input = { ...victory, playerId, key: 'cup-1' };
    const refusal = resultOf(await claimReward({ ...input, expectedVersion: 5 }, { token }));
    expect(refusal.__typename).toBe('VersionConflict');
    expect(resultOf(await claimReward(input, { token }))).toMatchObject({
      __typename: 'Receipt',
      replayed: false,
    });
    expect(resultOf(await claimReward(input, { token })).__typename).toBe('AlreadyClaimed');
  });
});
