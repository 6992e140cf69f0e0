import { exports } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { freshKey, playerToken, post } from '../../support/worker/service.ts';

const URL = 'http://onceward.test/graphql';
beforeAll(serveExample);

const spend = () =>
  `mutation { spendStatPoints(input: { idempotencyKey: "${freshKey()}", points: { stat: "energy", points: 1 } }) { __typename } }`;

describe('an answer', () => {
  it('has no header that reveals the implementation', async () => {
    for (const body of ['{"query": "{ __typename }"}', '{"query": "{ nope }"}', 'x']) {
      const { headers } = await post(body);
      for (const name of headers.keys())
        expect(name).not.toMatch(/^(x-powered-by|server|x-debug.*|x-trace.*|server-timing)$/);
    }
  });

  it.each([
    'text/event-stream',
    'multipart/mixed',
    'multipart/mixed;deferSpec=20220824, text/event-stream',
    'text/html',
    'application/json;charset=utf-16',
    'application/json, multipart/mixed',
    'application/graphql-response+json',
    'text/event-stream, application/graphql-response+json',
    '*/*',
    '',
  ])('is JSON whatever the client accepts, on success and on failure: %s', async (accept) => {
    const playerId = await seasonedPlayer();
    const authorization = `Bearer ${await playerToken(playerId)}`;
    const sent = { authorization, accept };
    const read = await post('{"query": "{ __typename }"}', sent);
    expect([read.status, await read.json()]).toEqual([200, { data: { __typename: 'Query' } }]);
    const mutation = await post(JSON.stringify({ query: spend() }), sent);
    expect(await mutation.json()).toEqual({ data: { spendStatPoints: { __typename: 'Receipt' } } });
    const refused = await withoutDatabase(playerId, () =>
      post(JSON.stringify({ query: '{ aaa }' }), { authorization, accept }),
    );
    const { errors } = (await refused.json()) as { errors: [] };
    expect(onlyError({ headers: refused.headers, errors }).extensions.code).toBe('BAD_USER_INPUT');
    for (const { headers } of [read, mutation, refused])
      expect(headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json; charset=utf-8$/);
  });

  it('forbids caches and guesses of the media type, whatever it is', async () => {
    const answers = [
      post('{"query": "{ __typename }"}'),
      post(JSON.stringify({ query: spend() })),
      post('{"query": "{ aaa }"}'),
      post('{'),
      post('{}', { authorization: 'Bearer a.b.c' }),
      post('x', { 'content-type': 'text/plain' }),
      exports.default.fetch(URL, { method: 'GET' }),
      post('{"query": "{ __typename }"}', {}, doorTo(await coldWorker(), { DATABASE_URL: '' })),
    ];
    for (const { status, headers } of await Promise.all(answers)) {
      expect([status, headers.get('cache-control')]).toEqual([status, 'no-store']);
      expect([status, headers.get('x-content-type-options')]).toEqual([status, 'nosniff']);
    }
  });
});
