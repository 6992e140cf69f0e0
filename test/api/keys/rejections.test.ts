/** Row: a business rejection is recorded under the key and replayed as it was. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../../support/worker/balance.ts';
import { ledgerState } from '../../support/worker/ledger-state.ts';
import { resultOf } from '../../support/worker/mutations.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { REFUSALS } from '../../support/worker/refusals.ts';
import { freshKey } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

// Each case begins under the example, whatever the one before has published.
beforeEach(() => publish(changedExample(() => {})));

describe('business rejection', () => {
  it.each(REFUSALS)('moves nothing, is recorded, and a delayed duplicate never succeeds ($name)', async ({
    prepare,
    told,
  }) => {
    const { playerId, otherPlayerId = playerId, ask, mend } = await prepare();
    const idempotencyKey = freshKey();
    const { rejected } = await ledgerState(playerId);

    const first = await movingNothing(otherPlayerId, () =>
      movingNothing(playerId, () => ask(idempotencyKey)),
    );
    const refusal = resultOf(first);
    expect(refusal).toMatchObject({ ...told, message: expect.any(String) });
    expect(refusal.correlationId).toBe(first.headers.get('x-correlation-id'));
    expect((await ledgerState(playerId)).rejected).toBe(rejected + 1);
    expect(resultOf(await writingNothing(playerId, () => ask(idempotencyKey)))).toEqual(refusal);

    await mend();
    // The client saw "no": what it sent stays refused, in the same words.
    expect(resultOf(await writingNothing(playerId, () => ask(idempotencyKey)))).toEqual(refusal);
    // A new intent, under a new key, is judged anew.
    expect(resultOf(await ask(freshKey()))).toMatchObject({ __typename: 'Receipt', replayed: false });
    expect(resultOf(await writingNothing(playerId, () => ask(idempotencyKey)))).toEqual(refusal);
  });

  it.each(REFUSALS)('is replayed where its reply was lost and the reason is gone ($name)', async ({
    prepare,
    told,
  }) => {
    const { playerId, otherPlayerId = playerId, ask, mend } = await prepare();
    const idempotencyKey = freshKey();
    await breakRequests({ match: idempotencyKey, kind: 'drop_after_commit' });
    const lost = await movingNothing(otherPlayerId, () => movingNothing(playerId, () => ask(idempotencyKey)));
    expect(lost.errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    await mend();
    const refusal = resultOf(await writingNothing(playerId, () => ask(idempotencyKey)));
    expect(refusal).toMatchObject({ ...told, correlationId: lost.headers.get('x-correlation-id') });
  });
});
