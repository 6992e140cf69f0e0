import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { onlyError } from '../../support/worker/fault-answers.ts';
import { claimReward, resultOf } from '../../support/worker/mutations.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { freshKey, playerToken, send } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

let playerId: string;
let token: string;
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  token = await playerToken(playerId);
});

describe('what goes wrong inside is told without its details', () => {
  // Codes that are no outage: the database refuses what it should never have been sent.
  it.each([
    '22003',
    '22P02',
    '42883',
    '23514',
    '42501',
  ])('an unexpected SQLSTATE %s is INTERNAL, and the key stays free', async (errorCode) => {
    const idempotencyKey = freshKey();
    await breakRequests({ match: idempotencyKey, kind: 'error', errorCode });
    const input = { type: 'ascension_victory', idempotencyKey };
    const error = onlyError(await writingNothing(playerId, () => claimReward(input, { token })));
    expect(error.extensions).toMatchObject({ code: 'INTERNAL', retryable: true });
    expect(error.message).toMatch(/Quote the correlation ID/);
    expect(error.message).not.toContain(errorCode);
    expect(resultOf(await claimReward(input, { token })).__typename).toBe('NotEligible');
  });

  it('a read that fails inside is INTERNAL as well', async () => {
    await breakRequests({ match: playerId, kind: 'error', errorCode: '42P01' });
    expect(onlyError(await send('{ me { id } }', {}, { token })).extensions.code).toBe('INTERNAL');
  });
});
