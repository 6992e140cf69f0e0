/** A rejection is recorded under its idempotency key and replayed unchanged. */
import { beforeEach, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { faultOf, receiptOf, rejectionOf, resultOf } from '../../support/worker/client.ts';
import { ledgerState } from '../../support/worker/ledger-state.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { REJECTION_CASES } from '../../support/worker/rejection-cases.ts';
import { sampleOf } from '../../support/worker/sample.ts';
import { freshKey } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

// Cases publish configs of their own.
beforeEach(serveExample);

describe('a rejection', () => {
  it.each(REJECTION_CASES)('$name: is recorded, moves nothing and never turns into a grant', async ({
    prepare,
    expected,
  }) => {
    const { playerId, otherPlayerId = playerId, send, removeReason } = await prepare();
    const idempotencyKey = freshKey();
    const { rejected } = await ledgerState(playerId);

    const first = await movingNothing(otherPlayerId, () =>
      movingNothing(playerId, () => send(idempotencyKey)),
    );
    const rejection = rejectionOf(first, expected.__typename);
    expect(rejection).toMatchObject({ ...expected, message: expect.any(String) });
    // A value that the kernel does not store must not be in the message.
    expect(rejection.message).not.toMatch(/\b(null|undefined)\b/);
    expect(rejection.correlationId).toBe(first.headers.get('x-correlation-id'));
    expect((await ledgerState(playerId)).rejected).toBe(rejected + 1);
    expect(resultOf(await writingNothing(playerId, () => send(idempotencyKey)))).toEqual(rejection);

    await removeReason();
    // The client saw a rejection, so the key keeps it.
    expect(resultOf(await writingNothing(playerId, () => send(idempotencyKey)))).toEqual(rejection);
    // A new key is a new request, which is checked again.
    expect(receiptOf(await send(freshKey())).replayed).toBe(false);
    expect(resultOf(await writingNothing(playerId, () => send(idempotencyKey)))).toEqual(rejection);
  });

  it.each(
    sampleOf(REJECTION_CASES, 6),
  )('$name: is replayed after its reply was lost and its reason removed', async ({ prepare, expected }) => {
    const { playerId, otherPlayerId = playerId, send, removeReason } = await prepare();
    const idempotencyKey = freshKey();
    await breakRequests({ match: idempotencyKey, kind: 'drop_after_commit' });
    const lost = await movingNothing(otherPlayerId, () =>
      movingNothing(playerId, () => send(idempotencyKey)),
    );
    expect(faultOf(lost)).toEqual({ code: 'UNAVAILABLE', retryable: true });
    await removeReason();
    const replay = await writingNothing(playerId, () => send(idempotencyKey));
    expect(resultOf(replay)).toMatchObject({
      ...expected,
      correlationId: lost.headers.get('x-correlation-id'),
    });
  });
});
