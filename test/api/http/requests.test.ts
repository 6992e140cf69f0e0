import { exports } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from '../../../src/http/admit.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { freshKey, playerToken, post } from '../../support/worker/service.ts';

const URL = 'http://onceward.test/graphql';
let playerId: string;
let authorization: string;
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  authorization = `Bearer ${await playerToken(playerId)}`;
});

const spend = () =>
  `mutation { spendStatPoints(input: { idempotencyKey: "${freshKey()}", energy: 1 }) { __typename } }`;

/** Sends a request that must be refused as BAD_USER_INPUT before the database. */
async function refusalOf(run: () => Promise<Response>) {
  const response = await withoutDatabase(playerId, run);
  const { data, errors } = (await response.json()) as { data: unknown; errors: [] };
  const { status, headers } = response;
  const error = onlyError({ headers, errors });
  expect(error.extensions.code).toBe('BAD_USER_INPUT');
  expect(data).toBeUndefined();
  return { status, headers, error };
}

describe('a GraphQL request', () => {
  it.each([
    'GET',
    'PUT',
    'PATCH',
    'DELETE',
  ])('refuses %s with 405, even with a mutation in the query string', async (method) => {
    const url = `${URL}?query=${encodeURIComponent(spend())}`;
    const { status, headers, error } = await refusalOf(() =>
      exports.default.fetch(url, { method, headers: { authorization, 'content-type': 'application/json' } }),
    );
    expect([status, headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    expect(error.message).toMatch(/POST/);
  });

  it('refuses HEAD with 405 and an empty body', async () => {
    const response = await exports.default.fetch(URL, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([405, '']);
  });

  it.each([
    ['a form', 'application/x-www-form-urlencoded', () => `query=${encodeURIComponent(spend())}`],
    ['text', 'text/plain', () => JSON.stringify({ query: spend() })],
    ['application/graphql', 'application/graphql', spend],
    [
      'the type in capitals, which Yoga does not recognise',
      'APPLICATION/JSON',
      () => JSON.stringify({ query: spend() }),
    ],
    ['another JSON type', 'application/json-patch+json', () => JSON.stringify({ query: spend() })],
    ['two types', 'text/plain, application/json', () => JSON.stringify({ query: spend() })],
    ['no type', '', () => JSON.stringify({ query: spend() })],
  ])('refuses %s with 415', async (_, contentType, body) => {
    const { status } = await refusalOf(() => post(body(), { authorization, 'content-type': contentType }));
    expect(status).toBe(415);
  });

  it('refuses multipart with 415', async () => {
    const form = new FormData();
    form.set('operations', JSON.stringify({ query: spend() }));
    const { status } = await refusalOf(() =>
      exports.default.fetch(URL, { method: 'POST', headers: { authorization }, body: form }),
    );
    expect(status).toBe(415);
  });

  it.each([
    'application/json; charset=utf-8',
    'application/json;charset="utf-8"',
  ])('accepts the content type %s', async (contentType) => {
    const response = await post('{"query": "{ __typename }"}', { 'content-type': contentType });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  it('ignores the query string of a POST', async () => {
    const response = await exports.default.fetch(
      `${URL}?query=${encodeURIComponent('{ me { id } }')}&operationName=X`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query": "{ __typename }"}',
      },
    );
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('the body', () => {
  const padded = (bytes: number) => {
    const head = `{"query": "{ __typename } #`;
    return `${head}${'x'.repeat(bytes - head.length - 2)}"}`;
  };
  const stream = (text: string, chunk: number) => {
    const bytes = new TextEncoder().encode(text);
    let sent = 0;
    return new ReadableStream({
      pull(controller) {
        if (sent >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(sent, sent + chunk));
        sent += chunk;
      },
    });
  };

  it.each([
    ['accepts a body at the limit', 0, 200],
    ['refuses a body of one byte more', 1, 413],
    ['refuses a body of a megabyte more', 1 << 20, 413],
  ])('%s, with Content-Length and as a stream without it', async (_, over, status) => {
    const text = padded(MAX_BODY_BYTES + over);
    expect((await post(text, { 'content-length': String(text.length) })).status).toBe(status);
    expect((await post(text)).status).toBe(status);
    for (const chunk of [1_000, MAX_BODY_BYTES, text.length])
      expect((await post(stream(text, chunk))).status).toBe(status);
  });

  it('limits the bytes of a body, not its characters', async () => {
    const text = `{"query": "{ __typename } #${'🏆'.repeat(MAX_BODY_BYTES / 4)}"}`;
    expect(text.length).toBeLessThan(MAX_BODY_BYTES);
    const { status, error } = await refusalOf(() => post(text, { authorization }));
    expect([status, error.message]).toEqual([413, `A request may have at most ${MAX_BODY_BYTES} bytes`]);
  });

  it.each([
    ['not JSON', '{"query": "{ me { id } }"', /JSON/],
    ['empty', '', /JSON/],
    ['null', 'null', /object/],
    ['a text', '"{ __typename }"', /object/],
    ['a number', '7', /object/],
    ['a batch', '[{"query": "{ __typename }"}]', /atch/],
    ['an empty batch', '[]', /atch/],
    ['no query', '{}', /query/],
    [
      'a persisted query alone',
      '{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "00"}}}',
      /query/,
    ],
    ['a query that is null', '{"query": null}', /query/],
    ['a query that is a number', '{"query": 1}', /query/],
    ['an empty query', '{"query": ""}', /query|Unexpected <EOF>/],
    ['variables that are a text', '{"query": "{ __typename }", "variables": "x"}', /variables/],
    ['variables that are a list', '{"query": "{ __typename }", "variables": []}', /variables/],
    ['a parameter that GraphQL does not have', '{"query": "{ __typename }", "debug": true}', /debug/],
    [
      'an operation that is not in the document',
      '{"query": "{ __typename }", "operationName": "Other"}',
      /operation/,
    ],
    [
      'an operation name that is a number',
      '{"query": "query A { __typename }", "operationName": 5}',
      /operation/,
    ],
    ['two operations and no name', '{"query": "query A { __typename } query B { __typename }"}', /operation/],
    [
      'two operations of one name',
      '{"query": "query A { __typename } query A { me { id } }", "operationName": "A"}',
      /only one operation named/,
    ],
    ['a fragment alone', '{"query": "fragment A on Query { __typename }"}', /never used|operation/],
    ['a schema definition', '{"query": "type Query { x: Int }"}', /operation/],
    ['a subscription', '{"query": "subscription { me { id } }"}', /subscription/i],
  ])('refuses a body: %s', async (_, body, message) => {
    const { status, error } = await refusalOf(() => post(body, { authorization }));
    expect(error.message).toMatch(message);
    if (/JSON|object|atch/.test(error.message)) expect(status).toBe(400);
  });

  it('reports a body that breaks off as a fault, in JSON', async () => {
    const broken = new ReadableStream({
      pull(controller) {
        controller.error(new Error('a secret of the network'));
      },
    });
    const response = await post(broken, { authorization });
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text).not.toContain('a secret');
    expect(JSON.parse(text).errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
  });

  it('runs only the operation that a body names', async () => {
    const query = `query Read { __typename } mutation Write { spendStatPoints(input: { idempotencyKey: "${freshKey()}", energy: 1 }) { __typename } }`;
    const response = await withoutDatabase(playerId, () =>
      post(JSON.stringify({ query, operationName: 'Read' }), { authorization }),
    );
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('the headers', () => {
  it('answers without a header that reveals the implementation', async () => {
    for (const body of ['{"query": "{ __typename }"}', '{"query": "{ nope }"}', 'x']) {
      const { headers } = await post(body);
      for (const name of headers.keys())
        expect(name).not.toMatch(/^(x-powered-by|server|x-debug.*|x-trace.*|server-timing)$/);
    }
  });

  it.each([
    'text/event-stream',
    'multipart/mixed',
    'application/graphql-response+json',
    '*/*',
  ])('refuses a malformed document alike with Accept: %s', async (accept) => {
    const body = JSON.stringify({ query: '{ aaa }' });
    const response = await withoutDatabase(playerId, () => post(body, { authorization, accept }));
    const text = await new Response(response.body).text();
    expect(text).toContain('BAD_USER_INPUT');
    expect(text).toContain(response.headers.get('x-correlation-id'));
  });
});
