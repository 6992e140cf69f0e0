import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, printSchema } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { asPlayer } from '../../support/worker/client.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { onlyError, soundErrors } from '../../support/worker/fault-answers.ts';
import { addStaffMember, changeStaffMember } from '../../support/worker/ledger-state.ts';
import { breakRequests, countRequests } from '../../support/worker/neon-control.ts';
import {
  type Answer,
  fresh,
  playerToken,
  post,
  send,
  serverToken,
  staffToken,
} from '../../support/worker/service.ts';

beforeAll(serveExample);

/** The query that GraphiQL sends. */
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
  ['__schema', '{ __schema { queryType { name } } }', 'FORBIDDEN'],
  ['__type', '{ __type(name: "Query") { name } }', 'FORBIDDEN'],
  ['an alias', '{ harmless: __schema { queryType { name } } }', 'FORBIDDEN'],
  ['a fragment', '{ ...A } fragment A on Query { __schema { queryType { name } } }', 'FORBIDDEN'],
  [
    'an inline fragment in a mutation',
    'mutation { ... { ... on Mutation { __schema { queryType { name } } } } }',
    'BAD_USER_INPUT',
  ],
  [
    'an operation next to the one that runs',
    'query Run { __typename } query Other { __schema { queryType { name } } }',
    'FORBIDDEN',
  ],
] as const;

describe('introspection', () => {
  it.each(WAYS)('refuses introspection by players and without a token: %s', async (_, query, code) => {
    const operationName = query.includes('query Run') ? 'Run' : undefined;
    for (const token of [undefined, await playerToken(fresh('player'))]) {
      const authorization = token !== undefined && { authorization: `Bearer ${token}` };
      const response = await post(JSON.stringify({ query, operationName }), { ...authorization });
      const answer = (await response.json()) as Answer<unknown>;
      expect(onlyError({ ...answer, headers: response.headers }).extensions.code).toBe(code);
      expect(answer.data).toBeUndefined();
    }
  });

  it.each([
    ['GraphiQL', GRAPHIQL],
    ['graphql-js with every option', LARGEST],
  ])('allows staff and servers the introspection query of %s', async (_, document) => {
    for (const token of [await staffToken(await addStaffMember(fresh('staff'))), await serverToken()]) {
      const { data, errors } = await send<IntrospectionQuery>(document, {}, { token });
      expect(errors).toBeUndefined();
      expect(printSchema(buildClientSchema(data))).toContain('claimReward(');
    }
  });

  it('refuses introspection by disabled and unregistered staff, whose row is asked', async () => {
    const id = await addStaffMember(fresh('staff'));
    const token = await staffToken(id);
    const ask = (by = token) => send('{ __schema { queryType { name } } }', {}, { token: by });
    const refused = (answer: Answer<unknown>) => {
      expect(onlyError(answer).extensions.code).toBe('FORBIDDEN');
      expect(answer.data).toBeUndefined();
    };
    expect((await ask()).errors).toBeUndefined();
    await changeStaffMember(id, { disabled: true });
    refused(await ask());
    await changeStaffMember(id, { disabled: false });
    expect(await countRequests(id, () => ask())).toBe(1);
    refused(await ask(await staffToken(fresh('nobody'))));
    // Nothing else asks for it.
    expect(await countRequests(id, () => send('{ __typename }', {}, { token }))).toBe(0);
  });

  it('answers introspection by staff with UNAVAILABLE while the database does not answer', async () => {
    const id = await addStaffMember(fresh('staff'));
    await breakRequests({ match: id, kind: 'error', errorCode: '40001' });
    const token = await staffToken(id);
    const answer = await send('{ __schema { queryType { name } } }', {}, { token });
    expect(onlyError(answer).extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(answer.data).toBeUndefined();
  });

  it('allows everyone introspection on a local stack', async () => {
    const door = doorTo(await coldWorker(), { ENVIRONMENT: 'local' });
    const { data } = await send<IntrospectionQuery>(GRAPHIQL, {}, { door });
    expect(data.__schema.queryType).toMatchObject({ name: 'Query' });
  });

  it.each([
    [
      'fields within fields',
      `{ __schema { types { ${'fields { type { '.repeat(5)} name ${'} }'.repeat(5)} } } }`,
    ],
    [
      'from one type',
      `{ __type(name: "Query") { ${'fields { type { '.repeat(5)} name ${'} }'.repeat(5)} } }`,
    ],
    [
      'through a fragment',
      '{ __schema { types { ...A } } } fragment A on __Type { fields { type { fields { type { fields { type { fields { name } } } } } } } }',
    ],
  ])('limits the depth of introspection: %s', async (_, document) => {
    const token = await serverToken();
    for (const error of soundErrors(await send(document, {}, { token }))) {
      expect(error.extensions.code).toBe('BAD_USER_INPUT');
      expect(error.message).toMatch(/depth/);
    }
  });

  it('answers __typename to everyone', async () => {
    expect((await send('{ __typename }')).data).toEqual({ __typename: 'Query' });
    expect((await send('mutation { __typename }')).data).toEqual({ __typename: 'Mutation' });
  });

  it.each([
    ['a field', '{ mee { id } }'],
    ['an argument', '{ player(idd: "x") { id } }'],
    ['a type', 'query($x: PlayerIdd) { __typename }'],
    [
      'an input field',
      'mutation { spendStatPoints(input: { idempotencyKey: "0123456789abcdef", pints: [] }) { __typename } }',
    ],
    ['a fragment type', '{ ... on Querry { __typename } }'],
    ['a directive', '{ __typename @skp(if: true) }'],
    ['an enum or interface', '{ me { id ... on Playr { id } } }'],
  ])('does not suggest a name of the schema for %s', async (_, document) => {
    for (const error of soundErrors(await send(document))) expect(error.message).not.toMatch(/did you mean/i);
  });

  it('does not suggest a name for a field of a variable', async () => {
    const input = { points: [], pints: [] };
    const error = onlyError(await asPlayer(fresh('player')).spendStatPoints(input));
    expect(error.message).toBe('input: SpendStatPointsInput has no field "pints"');
  });
});
