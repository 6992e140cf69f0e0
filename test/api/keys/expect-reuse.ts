/** Two inputs under one key: the first has its outcome, the second is told exactly where it differs. */
import { expect } from 'vitest';
import { resultOf, type Sent } from '../../support/worker/mutations.ts';
import { freshKey } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

export interface Pair {
  readonly fields: readonly string[];
  readonly first: object;
  readonly second: object;
}

/** Sends both under one key: the first must do its work, the second must be told exactly where it differs. */
export async function expectReuse(
  { fields, first, second }: Pair,
  { playerId, ask }: { playerId: string; ask: (input: object) => Promise<Sent> },
): Promise<void> {
  const idempotencyKey = freshKey();
  const receipt = resultOf(await ask({ ...first, idempotencyKey }));
  expect(receipt).toMatchObject({ __typename: 'Receipt', replayed: false });
  for (let attempt = 1; attempt <= 2; attempt++) {
    const refusal = resultOf(await writingNothing(playerId, () => ask({ ...second, idempotencyKey })));
    expect(refusal).toEqual({
      __typename: 'IdempotencyKeyReused',
      code: 'IDEMPOTENCY_KEY_REUSED',
      fields,
      message: expect.stringContaining(fields.join(', ')),
      correlationId: receipt.correlationId,
    });
  }
  // The outcome of the key is still its first one.
  expect(resultOf(await ask({ ...first, idempotencyKey }))).toEqual({ ...receipt, replayed: true });
}
