/** Another idempotency key for the same business claim, that is, for the same claim type and claim key. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import {
  type Answer,
  asPlayer,
  asServer,
  operationNamed,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../../support/worker/client.ts';
import { ledgerState } from '../../support/worker/ledger-state.ts';
import { SCENES, victory } from '../../support/worker/scenes.ts';
import type { ClaimRewardResult } from '../../support/worker/schema-types.ts';
import { fresh, freshKey, ticket } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

// What a player can do again has no claim key but its idempotency key.
const { once: ONCE = [], repeatable: REPEATABLE = [] } = Object.groupBy(SCENES, ({ operation }) => {
  const definition = operationNamed(operation);
  const isOnce = definition.root === 'mutation' && definition.rejections.includes('already_claimed');
  return isOnce ? 'once' : 'repeatable';
});

describe('another idempotency key for the same business claim', () => {
  it.each(ONCE)('$name: answers AlreadyClaimed with the original claim and its changes', async ({
    prepare,
  }) => {
    const { playerId, version, granted, send } = await prepare();
    const receipt = receiptOf(await send());
    const again = await movingNothing(playerId, () => send({ idempotencyKey: freshKey() }));
    expect(resultOf(again)).toEqual({
      __typename: 'AlreadyClaimed',
      code: 'ALREADY_CLAIMED',
      message: 'Already claimed. This answer holds the original claim and what it gave.',
      correlationId: again.headers.get('x-correlation-id'),
      original: receipt.claim,
      changes: receipt.changes,
      sourceKey: null,
      reversedBy: null,
    });
    expect(await ledgerState(playerId)).toMatchObject({ version, granted, rejected: 1 });
  });

  it.each(ONCE)('$name: replays AlreadyClaimed under the second key without a write', async ({ prepare }) => {
    const { playerId, send } = await prepare();
    const receipt = receiptOf(await send());
    const idempotencyKey = freshKey();
    const rejection = rejectionOf(await send({ idempotencyKey }), 'AlreadyClaimed');
    for (let retry = 1; retry <= 2; retry++) {
      const replay = await writingNothing(playerId, () => send({ idempotencyKey }));
      expect(resultOf(replay)).toEqual(rejection);
      expect(replay.headers.get('x-correlation-id')).not.toBe(rejection.correlationId);
    }
    // The first key keeps its receipt.
    expect(resultOf(await send())).toEqual({ ...receipt, replayed: true });
  });

  it.each(REPEATABLE)('$name: is executed again under another idempotency key', async ({ prepare }) => {
    const { playerId, version, granted, send } = await prepare();
    receiptOf(await send());
    const { __typename } = resultOf(await send({ idempotencyKey: freshKey() }));
    // A guest is merged once.
    expect(__typename).toMatch(/^(Receipt|InsufficientBalance|PlayerMerged)$/);
    const again = __typename === 'Receipt' ? 1 : 0;
    expect(await ledgerState(playerId)).toMatchObject({ version: version + again, granted: granted + again });
  });

  it('answers AlreadyClaimed to another actor with other facts for the same claim', async () => {
    const playerId = fresh('player');
    const contents = { playerId, type: 'ascension_victory', key: 'tower-1', facts: { floor: 10 } };
    const input = { type: contents.type, ticket: await ticket(contents) };
    const receipt = receiptOf(await asPlayer(playerId).claimReward(input));
    const anotherServer = asServer('another-arena');
    const again = await movingNothing(playerId, () =>
      anotherServer.claimReward({ ...contents, facts: { floor: 500 } }),
    );
    expect(resultOf(again)).toMatchObject({
      __typename: 'AlreadyClaimed',
      original: receipt.claim,
      changes: receipt.changes,
    });
  });

  it('grants a claim with another type, another key or another player', async () => {
    const [one, two] = [fresh('player'), fresh('player')];
    const slip = { type: 'rating_slip', facts: { minutes: 60, average_bet: 1000 } };
    for (const input of [
      { ...victory, playerId: one, key: 'same' },
      { ...victory, playerId: one, key: 'other' },
      { ...slip, playerId: one, key: 'same' },
      { ...victory, playerId: two, key: 'same' },
    ]) {
      receiptOf(await asServer().claimReward(input));
    }
    expect(await ledgerState(one)).toMatchObject({ version: 3, granted: 3, rejected: 0 });
  });

  it('grants a claim once after it was rejected for another reason', async () => {
    const input = { ...victory, playerId: fresh('player'), key: 'cup-1' };
    const claim = (over: object = {}): Promise<Answer<ClaimRewardResult>> =>
      asServer().claimReward({ ...input, ...over });
    rejectionOf(await claim({ expectedVersion: 5 }), 'VersionConflict');
    expect(receiptOf(await claim()).replayed).toBe(false);
    rejectionOf(await claim(), 'AlreadyClaimed');
  });
});
