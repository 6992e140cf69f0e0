import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { soundErrors, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { freshKey, playerToken, post, send, worker } from '../../support/worker/service.ts';

const URL = 'http://onceward.test/graphql';
let playerId: string;
let token: string;
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  token = await playerToken(playerId);
});

const spend = () =>
  `mutation { spendStatPoints(input: { idempotencyKey: "${freshKey()}", points: { stat: "energy", points: 1 } }) { __typename } }`;

describe('trace and debug modes', () => {
  const switches: Record<string, string>[] = [
    { 'apollo-tracing': '1' },
    { 'x-apollo-tracing': '1' },
    { 'apollo-federation-include-trace': 'ftv1' },
    { 'x-debug': 'true' },
    { 'x-graphql-debug': '1', 'x-hasura-admin-secret': 'x' },
    { 'graphql-debug': '1', cookie: 'XDEBUG_SESSION=1; debug=1' },
    {
      'x-trace': '1',
      'x-b3-sampled': '1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
  ];

  it.each(switches)('no trace or debug mode is switched on by headers: %o', async (headers) => {
    for (const query of ['{ __typename }', '{ me { id } }', '{ nope }']) {
      const response = await post(JSON.stringify({ query }), {
        authorization: `Bearer ${token}`,
        ...headers,
      });
      const answer = (await response.json()) as { extensions?: unknown; errors?: { extensions: object }[] };
      expect(answer.extensions).toBeUndefined();
      for (const { extensions } of answer.errors ?? [])
        expect(Object.keys(extensions).sort()).toEqual(['code', 'correlationId', 'retryable']);
      expect(JSON.stringify(answer)).not.toMatch(/tracing|exception|stack|debug|ftv1|resolvers/i);
    }
  });

  it('no trace or debug mode is switched on by an extension of the request or a parameter of the URL', async () => {
    const query = '{ nope }';
    const extensions = { tracing: true, debug: true, includeStacktrace: true, ftv1: true };
    for (const suffix of ['', '?debug=1&trace=true', '?extensions=%7B%22tracing%22%3Atrue%7D']) {
      const response = await worker(URL + suffix, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, extensions }),
      });
      const { errors, ...rest } = (await response.json()) as { errors: { extensions: object }[] };
      expect(rest).toEqual({});
      expect(Object.keys(errors[0]?.extensions ?? {}).sort()).toEqual(['code', 'correlationId', 'retryable']);
    }
  });
});

describe('GraphQL IDEs', () => {
  const PATHS = [
    '/graphql',
    '/graphql/',
    '/graphiql',
    '/playground',
    '/graphql/console',
    '/graphql/playground',
    '/altair',
    '/voyager',
    '/explorer',
    '/sandbox',
    '/v1/graphiql.php',
  ];
  it.each(PATHS)('no GraphQL IDE is served at %s', async (path) => {
    const response = await worker(`http://onceward.test${path}`, {
      method: 'GET',
      headers: { accept: 'text/html' },
    });
    expect([404, 405]).toContain(response.status);
    expect(response.headers.get('content-type')).not.toMatch(/html/);
    expect(await response.text()).not.toMatch(/<html|graphiql\.min|playground|voyager|altair|apollo/i);
  });
});

describe('unhandled errors', () => {
  it.each([
    'qwerty cop { abc }',
    '{',
    '{ me { id }',
    '{ me(id: ) { id } }',
    'query ($x: ) { me { id } }',
    '{ player(id: "\\x") { id } }',
    '{ player(id: "unterminated) { id } }',
    '{ __proto__ { constructor } }',
    '{ constructor toString hasOwnProperty }',
    '{ player(id: "p", __proto__: 1) { id } }',
    'mutation { __proto__(input: {}) { __typename } }',
    '{ me { id } } \u0000',
    '\ufeff\ufeff{',
    'fragment on on on { on }',
    '@@@@',
    '"""',
  ])('%s is answered without exception or stack trace', async (query) => {
    const answer = await withoutDatabase(playerId, () => send(query, {}, { token }));
    expect(answer.data).toBeUndefined();
    for (const error of soundErrors(answer)) {
      expect(error.extensions.code).toBe('BAD_USER_INPUT');
      expect(JSON.stringify(error)).not.toMatch(/exception|stacktrace|at Object|node:|\.mjs/i);
    }
  });
});

describe('requests that another page makes a browser send (CSRF)', () => {
  it.each([
    ['X-HTTP-Method-Override', { 'x-http-method-override': 'POST' }],
    ['X-Method-Override and X-HTTP-Method', { 'x-method-override': 'POST', 'x-http-method': 'POST' }],
  ])('a GET with %s stays a GET and writes nothing', async (_, headers) => {
    const url = `${URL}?query=${encodeURIComponent(spend())}&_method=POST`;
    const response = await withoutDatabase(playerId, () =>
      worker(url, { method: 'GET', headers: { ...headers, authorization: `Bearer ${token}` } }),
    );
    expect(response.status).toBe(405);
  });

  it('a POST with a query in its URL is not executed', async () => {
    const response = await withoutDatabase(playerId, () =>
      worker(`${URL}?query=${encodeURIComponent(spend())}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: '{}',
      }),
    );
    const { data, errors } = (await response.json()) as { data?: unknown; errors: { message: string }[] };
    expect([data, errors.length, errors[0]?.message]).toEqual([undefined, 1, expect.stringMatching(/query/)]);
  });
});
