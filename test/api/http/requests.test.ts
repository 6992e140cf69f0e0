import { exports } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from '../../../src/http/admit.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, post, serverToken, staffToken } from '../../support/worker/service.ts';

const URL = 'http://onceward.test/graphql';
let playerId: string;
let authorization: string;
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  authorization = `Bearer ${await playerToken(playerId)}`;
});

const spend = () =>
  `mutation { spendStatPoints(input: { idempotencyKey: "${freshKey()}", points: { stat: "energy", points: 1 } }) { __typename } }`;

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
    'Application/JSON',
    'APPLICATION/JSON ; charset=UTF-8',
  ])('accepts the content type %s, in any case', async (contentType) => {
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

  const callers: [string, number, () => Promise<string | null>][] = [
    ['strangers', MAX_BODY_BYTES.anonymous, async () => null],
    ['players', MAX_BODY_BYTES.player, async () => authorization],
    ['servers', MAX_BODY_BYTES.server, async () => `Bearer ${await serverToken()}`],
    [
      'staff',
      MAX_BODY_BYTES.staff,
      async () => `Bearer ${await staffToken(await addStaffMember(fresh('staff')))}`,
    ],
  ];
  it.each(
    callers,
  )('of %s may have %d bytes, with Content-Length and as a stream without it', async (_, most, by) => {
    const sender = await by();
    const headers: Record<string, string> = sender === null ? {} : { authorization: sender };
    for (const [over, status] of [
      [0, 200],
      [1, 413],
      [1 << 20, 413],
    ] as const) {
      const text = padded(most + over);
      const declared = { ...headers, 'content-length': String(text.length) };
      expect([over, (await post(text, declared)).status]).toEqual([over, status]);
      expect([over, (await post(text, headers)).status]).toEqual([over, status]);
      for (const chunk of [10_000, most, text.length])
        expect([over, (await post(stream(text, chunk), headers)).status]).toEqual([over, status]);
    }
  });

  it('is bounded as 64 KiB for players and strangers, and as 1 MiB for servers and staff', () => {
    const [small, large] = [64 * 1024, 1024 * 1024];
    expect(MAX_BODY_BYTES).toEqual({ anonymous: small, player: small, server: large, staff: large });
  });

  it('is not read where the token is wrong', async () => {
    let pulled = 0;
    const endless = new ReadableStream(
      {
        pull(controller) {
          pulled += 1;
          controller.enqueue(new Uint8Array(1_000));
          if (pulled > 100) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const door = doorTo(await coldWorker(), {});
    expect((await post(endless, { authorization: 'Bearer a.b.c' }, door)).status).toBe(401);
    expect(pulled).toBe(0);
  });

  it('limits the bytes of a body, not its characters', async () => {
    const most = MAX_BODY_BYTES.player;
    const text = `{"query": "{ __typename } #${'🏆'.repeat(most / 4)}"}`;
    expect(text.length).toBeLessThan(most);
    const { status, error } = await refusalOf(() => post(text, { authorization }));
    expect([status, error.message]).toEqual([413, `A request may have at most ${most} bytes`]);
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
    ['an extension alone', '{"extensions": {"other": 1}}', /query/],
    ['extensions that are null', '{"extensions": null}', /query/],
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

  it.each([
    ['no document', {}],
    ['an empty document', { query: '' }],
    ['a document that is null', { query: null }],
  ])('with the hash of a persisted query and %s is PERSISTED_QUERY_NOT_SUPPORTED', async (_, document) => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'ab'.repeat(32) } };
    const response = await withoutDatabase(playerId, () =>
      post(JSON.stringify({ ...document, operationName: 'Read', variables: {}, extensions }), {
        authorization,
      }),
    );
    expect(response.status).toBe(200);
    const { errors } = (await response.json()) as { errors: [] };
    // Clients that persist queries recognise both.
    expect(onlyError({ headers: response.headers, errors })).toMatchObject({
      message: 'PersistedQueryNotSupported',
      extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED', retryable: false },
    });
  });

  it('with the hash of a persisted query and its document is executed', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'ab'.repeat(32) } };
    const response = await post(JSON.stringify({ query: '{ __typename }', extensions }));
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  it('runs only the operation that a body names', async () => {
    const query = `query Read { __typename } mutation Write { spendStatPoints(input: { idempotencyKey: "${freshKey()}", points: { stat: "energy", points: 1 } }) { __typename } }`;
    const response = await withoutDatabase(playerId, () =>
      post(JSON.stringify({ query, operationName: 'Read' }), { authorization }),
    );
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });
});
