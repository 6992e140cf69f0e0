import { exports } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from '../../../src/http/admit.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { askingNobody, onlyError } from '../../support/worker/fault-answers.ts';
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

async function refused(run: () => Promise<Response>) {
  const response = await askingNobody(playerId, run);
  const { data, errors } = (await response.json()) as { data: unknown; errors: [] };
  const { status, headers } = response;
  const error = onlyError({ status, headers, data, errors });
  expect(error.extensions.code).toBe('BAD_USER_INPUT');
  expect(data).toBeUndefined();
  return { status, headers, error };
}

describe('only POST of application/json reaches GraphQL', () => {
  it.each([
    'GET',
    'PUT',
    'PATCH',
    'DELETE',
  ])('%s is refused with 405, also with a mutation in the query string', async (method) => {
    const url = `${URL}?query=${encodeURIComponent(spend())}`;
    const { status, headers, error } = await refused(() =>
      exports.default.fetch(url, { method, headers: { authorization, 'content-type': 'application/json' } }),
    );
    expect([status, headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    expect(error.message).toMatch(/POST/);
  });

  it('HEAD is refused without a body', async () => {
    const response = await exports.default.fetch(URL, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([405, '']);
  });

  it.each([
    ['a form', 'application/x-www-form-urlencoded', () => `query=${encodeURIComponent(spend())}`],
    ['text', 'text/plain', () => JSON.stringify({ query: spend() })],
    ['application/graphql', 'application/graphql', spend],
    [
      'the type in capitals, which Yoga would not know',
      'APPLICATION/JSON',
      () => JSON.stringify({ query: spend() }),
    ],
    ['a made-up JSON type', 'application/json-patch+json', () => JSON.stringify({ query: spend() })],
    ['two types', 'text/plain, application/json', () => JSON.stringify({ query: spend() })],
    ['no type', '', () => JSON.stringify({ query: spend() })],
  ])('%s is refused with 415', async (_, contentType, body) => {
    const { status } = await refused(() => post(body(), { authorization, 'content-type': contentType }));
    expect(status).toBe(415);
  });

  it('multipart is refused with 415', async () => {
    const form = new FormData();
    form.set('operations', JSON.stringify({ query: spend() }));
    const { status } = await refused(() =>
      exports.default.fetch(URL, { method: 'POST', headers: { authorization }, body: form }),
    );
    expect(status).toBe(415);
  });

  it.each([
    'application/json; charset=utf-8',
    'application/json;charset="utf-8"',
  ])('%s is taken', async (contentType) => {
    const response = await post('{"query": "{ __typename }"}', { 'content-type': contentType });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  it('puts nothing of the query string into the request', async () => {
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
    ['at the limit is taken', 0, 200],
    ['one byte over is refused', 1, 413],
    ['of a megabyte is refused', 1 << 20, 413],
  ])('%s, with Content-Length and as a stream without', async (_, over, status) => {
    const text = padded(MAX_BODY_BYTES + over);
    expect((await post(text, { 'content-length': String(text.length) })).status).toBe(status);
    expect((await post(text)).status).toBe(status);
    for (const chunk of [1_000, MAX_BODY_BYTES, text.length])
      expect((await post(stream(text, chunk))).status).toBe(status);
  });

  it('counts bytes and not characters', async () => {
    const text = `{"query": "{ __typename } #${'🏆'.repeat(MAX_BODY_BYTES / 4)}"}`;
    expect(text.length).toBeLessThan(MAX_BODY_BYTES);
    const { status, error } = await refused(() => post(text, { authorization }));
    expect([status, error.message]).toEqual([413, `A request may have at most ${MAX_BODY_BYTES} bytes`]);
  });

  it.each([
    ['no JSON', '{"query": "{ me { id } }"', /JSON/],
    ['empty', '', /JSON/],
    ['null', 'null', /object/],
    ['a text', '"{ __typename }"', /object/],
    ['a number', '7', /object/],
    ['a batch', '[{"query": "{ __typename }"}]', /atch/],
    ['an empty batch', '[]', /atch/],
    ['without a query', '{}', /query/],
    [
      'with a persisted query alone',
      '{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "00"}}}',
      /query/,
    ],
    ['with a query that is null', '{"query": null}', /query/],
    ['with a query that is a number', '{"query": 1}', /query/],
    ['with an empty query', '{"query": ""}', /query|Unexpected <EOF>/],
    ['with variables that are a text', '{"query": "{ __typename }", "variables": "x"}', /variables/],
    ['with variables that are a list', '{"query": "{ __typename }", "variables": []}', /variables/],
    ['with a parameter that GraphQL does not have', '{"query": "{ __typename }", "debug": true}', /debug/],
    [
      'with an operation that is not in the document',
      '{"query": "{ __typename }", "operationName": "Other"}',
      /operation/,
    ],
    [
      'with an operation name that is a number',
      '{"query": "query A { __typename }", "operationName": 5}',
      /operation/,
    ],
    [
      'with two operations and no name',
      '{"query": "query A { __typename } query B { __typename }"}',
      /operation/,
    ],
    [
      'with two operations of one name',
      '{"query": "query A { __typename } query A { me { id } }", "operationName": "A"}',
      /only one operation named/,
    ],
    ['with a fragment alone', '{"query": "fragment A on Query { __typename }"}', /never used|operation/],
    ['with a schema definition', '{"query": "type Query { x: Int }"}', /operation/],
    ['with a subscription', '{"query": "subscription { me { id } }"}', /subscription/i],
  ])('that is %s is refused', async (_, body, message) => {
    const { status, error } = await refused(() => post(body, { authorization }));
    expect(error.message).toMatch(message);
    if (/JSON|object|atch/.test(error.message)) expect(status).toBe(400);
  });

  it('that breaks off is told as a fault, in JSON', async () => {
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

  it('runs the operation that it names, and only that one', async () => {
    const query = `query Read { __typename } mutation Write { spendStatPoints(input: { idempotencyKey: "${freshKey()}", energy: 1 }) { __typename } }`;
    const response = await askingNobody(playerId, () =>
      post(JSON.stringify({ query, operationName: 'Read' }), { authorization }),
    );
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('headers', () => {
  it('tell nothing of the inside', async () => {
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
  ])('Accept: %s changes the wrapping and no guard', async (accept) => {
    const body = JSON.stringify({ query: `{ ${'a'.repeat(3)} }` });
    const response = await askingNobody(playerId, () => post(body, { authorization, accept }));
    const text = await new Response(response.body).text();
    expect(text).toContain('BAD_USER_INPUT');
    expect(text).toContain(response.headers.get('x-correlation-id'));
  });
});
