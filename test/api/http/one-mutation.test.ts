import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { ledgerState } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { freshKey, playerToken, post, send } from '../../support/worker/service.ts';

let playerId: string;
let token: string;
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  token = await playerToken(playerId);
});

const spend = (alias = '', directive = '') =>
  `${alias} spendStatPoints(input: { idempotencyKey: "${freshKey()}", points: { stat: "energy", points: 1 } }) ${directive} { __typename }`;
const drop = () => `exchange(input: { idempotencyKey: "${freshKey()}", exchange: "drop" }) { __typename }`;

describe('a request that would execute several mutations', () => {
  it.each<[string, () => string, object?]>([
    ['two fields', () => `mutation { ${spend()} ${drop()} }`],
    ['two aliases of one field', () => `mutation { a: ${spend()} b: ${spend()} }`],
    [
      'the second one fails',
      () => `mutation { ${spend()} transferResource(input: {
        idempotencyKey: "${freshKey()}", toPlayerId: "nobody", resource: "no_such", amount: 1 }) { __typename } }`,
    ],
    ['one in a fragment', () => `mutation { ${spend()} ...A } fragment A on Mutation { ${drop()} }`],
    ['both in one fragment', () => `mutation { ...A } fragment A on Mutation { ${spend()} ${drop()} }`],
    [
      'one in a fragment of a fragment',
      () =>
        `mutation { ${spend()} ...A } fragment A on Mutation { ...B } fragment B on Mutation { ${drop()} }`,
    ],
    ['one in an inline fragment', () => `mutation { ${spend()} ... on Mutation { ... { ${drop()} } } }`],
    [
      'included by a literal',
      () => `mutation { ${spend()} ${spend('b:', '@include(if: true) @skip(if: false)')} }`,
    ],
    [
      'included by a variable',
      () => `mutation ($x: Boolean!) { ${spend()} ${spend('b:', '@include(if: $x)')} }`,
      { x: true },
    ],
    [
      'included by the default of a variable',
      () => `mutation ($x: Boolean = false) { ${spend()} ... @skip(if: $x) { ${drop()} } }`,
    ],
  ])('is BAD_USER_INPUT, and none of them runs: %s', async (_, document, variables = {}) => {
    for (const sent of [{ token }, {}]) {
      const answer = await withoutDatabase(playerId, () => send(document(), variables, sent));
      expect(answer.data).toBeUndefined();
      expect(onlyError(answer)).toMatchObject({
        message: expect.stringMatching(/^Send one mutation per request/),
        extensions: { code: 'BAD_USER_INPUT', retryable: false },
      });
    }
  });

  it('is refused with 400 where the client accepts application/graphql-response+json', async () => {
    const body = JSON.stringify({ query: `mutation { a: ${spend()} b: ${spend()} }` });
    const accept = 'application/graphql-response+json';
    expect((await post(body, { authorization: `Bearer ${token}`, accept })).status).toBe(400);
  });
});

describe('a request with one mutation runs', () => {
  const twice = () => {
    const field = spend();
    return `mutation { ${field} ${field} }`;
  };
  it.each<[string, () => string, object?]>([
    ['with __typename', () => `mutation { __typename ${spend()} ... { kind: __typename } }`],
    ['repeated, which GraphQL merges into one', twice],
    [
      'with another one skipped by a literal',
      () => `mutation { ${spend()} ${spend('b:', '@skip(if: true)')} }`,
    ],
    [
      'with another one that a variable leaves out',
      () =>
        `mutation ($x: Boolean = true) { ${spend()} ...A @include(if: $x) } fragment A on Mutation { ${drop()} }`,
      { x: false },
    ],
    [
      'next to operations that are not named',
      () => `mutation Run { ${spend()} } mutation Other { a: ${spend()} b: ${spend()} } query { me { id } }`,
    ],
  ])('%s', async (_, document, variables = {}) => {
    const energy = async () => (await ledgerState(playerId)).balances['stat:energy'] ?? 0;
    const before = await energy();
    const query = document();
    const operationName = query.includes('mutation Run') ? 'Run' : undefined;
    const body = JSON.stringify({
      query: query.replace('query {', 'query Read {'),
      variables,
      operationName,
    });
    const response = await post(body, { authorization: `Bearer ${token}` });
    expect(await response.json()).toMatchObject({ data: { spendStatPoints: { __typename: 'Receipt' } } });
    expect(await energy()).toBe(before + 1);
  });
});

it('several queries in one request run', async () => {
  const answer = await send(
    '{ a: me { id } b: me { id } ...C } fragment C on Query { me { id } }',
    {},
    { token },
  );
  expect(answer.data).toEqual({ a: { id: playerId }, b: { id: playerId }, me: { id: playerId } });
});
