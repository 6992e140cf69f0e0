import { beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../../src/env.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { asPlayer, type Client, rejectionOf } from '../../support/worker/client.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { onlyError } from '../../support/worker/fault-answers.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { freshKey, post } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

let playerId: string;
let player: Client;
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  player = asPlayer(playerId);
});

describe('an internal error is answered without its details', () => {
  // Not outages: the database refuses a statement that the Worker should never have sent.
  it.each([
    '22003',
    '22P02',
    '42883',
    '23514',
    '42501',
  ])('an unexpected SQLSTATE %s is INTERNAL, and the key stays free', async (errorCode) => {
    const key = freshKey();
    await breakRequests({ match: key, kind: 'error', errorCode });
    const claim = () => player.claimReward({ type: 'ascension_victory' }, { key });
    const error = onlyError(await writingNothing(playerId, claim));
    expect(error.extensions).toMatchObject({ code: 'INTERNAL', retryable: true });
    expect(error.message).toMatch(/Quote the correlation ID/);
    expect(error.message).not.toContain(errorCode);
    rejectionOf(await claim(), 'NotEligible');
  });

  it('a query that fails in the database is INTERNAL as well', async () => {
    await breakRequests({ match: playerId, kind: 'error', errorCode: '42P01' });
    expect(onlyError(await player.me()).extensions.code).toBe('INTERNAL');
  });

  it('an isolate that cannot start is INTERNAL, and starts as soon as it can', async () => {
    const worker = await coldWorker();
    const correlationId = 'cold-start-1';
    const queryWith = (bindings: Partial<Env>) =>
      post('{"query": "{ __typename }"}', { 'x-correlation-id': correlationId }, doorTo(worker, bindings));
    const response = await queryWith({
      get DATABASE_URL(): string {
        throw new Error('postgres://somebody:a-password@host/db');
      },
    });
    expect(response.status).toBe(500);
    expect(response.headers.get('x-correlation-id')).toBe(correlationId);
    const text = await response.text();
    expect(text).not.toMatch(/a-password|postgres/);
    const { extensions } = JSON.parse(text).errors[0];
    expect(extensions).toEqual({ code: 'INTERNAL', retryable: true, correlationId });
    expect(await (await queryWith({})).json()).toEqual({ data: { __typename: 'Query' } });
  });
});
