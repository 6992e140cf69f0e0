import { env } from 'cloudflare:workers';
import { buildClientSchema, getIntrospectionQuery, printSchema } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokenSettings } from '../../../src/auth/settings.ts';
import type { Env } from '../../../src/env.ts';
import { createGraphqlServer } from '../../../src/http/graphql-server.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { onlyError, soundErrors } from '../../support/worker/fault-answers.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import {
  type Door,
  fresh,
  playerToken,
  send,
  serverToken,
  staffToken,
} from '../../support/worker/service.ts';

beforeAll(serveExample);

/** What GraphiQL sends. */
const GRAPHIQL = getIntrospectionQuery({ schemaDescription: true, inputValueDeprecation: true });
const LARGEST = getIntrospectionQuery({
  descriptions: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  oneOf: true,
});

const WAYS = [
  ['__schema', '{ __schema { queryType { name } } }'],
  ['__type', '{ __type(name: "Query") { name } }'],
  ['an alias', '{ harmless: __schema { queryType { name } } }'],
  ['a fragment', '{ ...A } fragment A on Query { __schema { queryType { name } } }'],
  [
    'an inline fragment in a mutation',
    'mutation { ... { ... on Mutation { __schema { queryType { name } } } } }',
  ],
  [
    'an operation beside the one that runs',
    'query A { __typename } query B { __schema { queryType { name } } }',
  ],
] as const;

describe('the schema', () => {
  it.each(WAYS)('is not shown to anonymous callers and players: %s', async (_, document) => {
    for (const token of [undefined, await playerToken(fresh('player'))]) {
      const { headers, ...answer } = await send(document, {}, { token });
      if (document.startsWith('query A')) continue;
      const error = onlyError({ headers, ...answer });
      expect(['FORBIDDEN', 'BAD_USER_INPUT']).toContain(error.extensions.code);
      expect(JSON.stringify(answer)).not.toContain('queryType":{');
    }
  });

  it.each([
    ['GraphiQL', GRAPHIQL],
    ['the largest standard query', LARGEST],
  ])('passes the limits for staff and servers: %s', async (_, document) => {
    for (const token of [await staffToken(await addStaffMember(fresh('staff'))), await serverToken()]) {
      const { data, errors } = await send(document, {}, { token });
      expect(errors).toBeUndefined();
      expect(printSchema(buildClientSchema(data))).toContain('claimReward(');
    }
  });

  it('is shown to all on a local stack', async () => {
    const bindings = { ...(env as unknown as Env), ENVIRONMENT: 'local' as const };
    const services = { database: null as never, config: null as never, tokens: tokenSettings(bindings) };
    const server = createGraphqlServer(bindings, services);
    const door: Door = async (url, init) =>
      server.fetch(new Request(url, init), { correlationId: 'local-stack', waitUntil: () => {} });
    expect((await send(GRAPHIQL, {}, { door })).data.__schema.queryType).toMatchObject({ name: 'Query' });
  });

  it.each([
    [
      'fields within fields',
      `{ __schema { types { ${'fields { type { '.repeat(5)} name ${'} }'.repeat(5)} } } }`,
    ],
    [
      'from one type on',
      `{ __type(name: "Query") { ${'fields { type { '.repeat(5)} name ${'} }'.repeat(5)} } }`,
    ],
    [
      'through a fragment',
      '{ __schema { types { ...A } } } fragment A on __Type { fields { type { fields { type { fields { type { fields { name } } } } } } } }',
    ],
  ])('cannot be asked for in circles: %s', async (_, document) => {
    const token = await serverToken();
    for (const error of soundErrors(await send(document, {}, { token }))) {
      expect(error.extensions.code).toBe('BAD_USER_INPUT');
      expect(error.message).toMatch(/depth/);
    }
  });

  it('tells __typename to everybody', async () => {
    expect((await send('{ __typename }')).data).toEqual({ __typename: 'Query' });
    expect((await send('mutation { __typename }')).data).toEqual({ __typename: 'Mutation' });
  });

  it.each([
    ['a field', '{ mee { id } }'],
    ['an argument', '{ player(idd: "x") { id } }'],
    ['a type', 'query($x: PlayerIdd) { __typename }'],
    [
      'an input field',
      'mutation { spendStatPoints(input: { idempotencyKey: "0123456789abcdef", enrgy: 1 }) { __typename } }',
    ],
    ['a fragment type', '{ ... on Querry { __typename } }'],
    ['a directive', '{ __typename @skp(if: true) }'],
    ['an enum or interface', '{ me { id ... on Playr { id } } }'],
  ])('is not told name by name: no suggestion for %s', async (_, document) => {
    for (const error of soundErrors(await send(document))) expect(error.message).not.toMatch(/did you mean/i);
  });

  it('is not told by suggestions in variables either', async () => {
    const document =
      'mutation($input: SpendStatPointsInput!) { spendStatPoints(input: $input) { __typename } }';
    const input = { idempotencyKey: '0123456789abcdef', enrgy: 1 };
    const error = onlyError(await send(document, { input }, { token: await playerToken(fresh('player')) }));
    expect(error.message).toBe('input: Field "enrgy" is not defined by type "SpendStatPointsInput".');
  });
});
