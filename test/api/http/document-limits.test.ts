import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { soundErrors, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, post, send, staffToken } from '../../support/worker/service.ts';

let playerId: string;
let token: string;
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  token = await playerToken(playerId);
});

const repeat = (count: number, each: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => each(index)).join(' ');
const spend = (alias = '') =>
  `${alias} spendStatPoints(input: { idempotencyKey: "${freshKey()}", points: { stat: "energy", points: 1 } }) { __typename }`;
const nested = (levels: number, open: string, leaf: string) =>
  `${open.repeat(levels)}${leaf}${'}'.repeat(levels)}`;
const MUTUAL_SPREADS = '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A me { id } }';
const MAX_MILLISECONDS = 2_000;

describe('the limits of a document', () => {
  it.each<[string, () => string, RegExp]>([
    [
      'five aliases',
      () => `{ ${repeat(5, (i) => `a${i}: __typename`)} me { id } }`,
      /Aliases limit of 4 exceeded/,
    ],
    [
      'sixty aliased mutations',
      () => `mutation { ${repeat(60, (i) => spend(`a${i}:`))} }`,
      /Aliases limit of 4|more that 1000 tokens/,
    ],
    [
      'five aliased mutations',
      () => `mutation { ${repeat(5, (i) => spend(`a${i}:`))} }`,
      /Aliases limit of 4 exceeded, found 5/,
    ],
    [
      'aliases spread over fragments',
      () =>
        `{ ...A ...B me { id } } fragment A on Query { ${repeat(3, (i) => `a${i}: __typename`)} } fragment B on Query { ${repeat(3, (i) => `b${i}: __typename`)} }`,
      /Aliases limit of 4 exceeded, found 6/,
    ],
    [
      'one fragment of aliases, twice',
      () =>
        `{ ...A ... { ...A } me { id } } fragment A on Query { ${repeat(3, (i) => `a${i}: __typename`)} }`,
      /Aliases limit of 4 exceeded, found 6/,
    ],
    [
      'nine levels',
      () => '{ me { experience { a { b { c { d { e { f { g } } } } } } } } }',
      /depth limit of 8 exceeded, found 9/,
    ],
    [
      'nine levels through fragments',
      () =>
        '{ ...A } fragment A on Query { me { ...B } } fragment B on Player { tier { next { a { b { c { d { e } } } } } } } ',
      /Cannot query field|depth limit/,
    ],
    [
      'nine directives',
      () => `{ me { id ${repeat(9, () => '@include(if: true)')} } }`,
      /Directives limit of 8 exceeded|can only be used once/,
    ],
    [
      'directives that do not exist',
      () => `{ me { id ${repeat(9, (i) => `@x${i}`)} } }`,
      /Directives limit of 8 exceeded|Unknown directive/,
    ],
    ['more than a thousand tokens', () => `{ me { ${repeat(1000, () => 'id')} } }`, /more that 1000 tokens/],
    ['a thousand braces', () => `{ me ${'{ '.repeat(1000)}`, /Syntax Error/],
    [
      'a fragment that spreads itself',
      () => '{ ...A } fragment A on Query { ...A me { id } }',
      /Cannot spread fragment "A" within itself/,
    ],
    [
      'two fragments that spread each other',
      () => MUTUAL_SPREADS,
      /Cannot spread fragment "A" within itself via "B"/,
    ],
    [
      'sixty aliases with an argument each',
      () => `{ ${repeat(60, (i) => `p${i}: player(id: "${playerId}") { id }`)} }`,
      /Aliases limit of 4/,
    ],
    [
      'a hundred times the same field',
      () => `{ me { ${repeat(100, () => 'id')} } }`,
      /the same field at most 8 times/,
    ],
    ['five hundred times __typename', () => `{ ${repeat(500, () => '__typename')} }`, /at most 8 times/],
    [
      'nine times the same field, spread over inline fragments',
      () => `{ me { id ${repeat(8, (i) => `... @include(if: true) { ${i % 2 ? 'id' : '... { id }'} }`)} } }`,
      /at most 8 times/,
    ],
    [
      'nine times one response name, with and without an alias',
      () => `{ me { ${repeat(5, () => 'id')} ${repeat(4, () => 'id: id')} } }`,
      /at most 8 times/,
    ],
    [
      'nine times the same fragment',
      () => `{ me { ${repeat(9, () => '...A')} } } fragment A on Player { id }`,
      /at most 8 times/,
    ],
    [
      'nine times a field within a fragment',
      () => `{ me { ...A } } fragment A on Player { ${repeat(9, () => 'id')} }`,
      /at most 8 times/,
    ],
    [
      'a field that a player does not have',
      () => '{ me { password } }',
      /Cannot query field "password" on type "Player"\.$/,
    ],
    [
      'a literal of four hundred nested lists',
      () => `{ player(id: ${'['.repeat(400)}${']'.repeat(400)}) { id } }`,
      /^id: must be/,
    ],
  ])('refuses a costly document before the database: %s', async (_, document, message) => {
    const answer = await withoutDatabase(playerId, () => send(document(), {}, { token }));
    expect(answer.data).toBeUndefined();
    const errors = soundErrors(answer);
    for (const { extensions } of errors) expect(extensions.code).toBe('BAD_USER_INPUT');
    expect(errors.map((error) => error.message).join('\n')).toMatch(message);
  });

  it('executes four aliased queries', async () => {
    const { data } = await send(`{ ${repeat(4, (i) => `a${i}: me { id }`)} }`, {}, { token });
    expect(data).toEqual(Object.fromEntries([0, 1, 2, 3].map((i) => [`a${i}`, { id: playerId }])));
  });

  it('does not forget the limits when a document is sent again', async () => {
    const document = `{ ${repeat(5, (i) => `a${i}: __typename`)} }`;
    for (let time = 0; time < 3; time += 1)
      expect(soundErrors(await send(document, {}, { token }))[0]?.message).toMatch(/Aliases limit of 4/);
  });
});

describe('the cost of repetition in a document', () => {
  it.each([
    [
      'eight times the same field',
      () => `{ me { ${repeat(8, () => 'id')} } }`,
      () => ({ me: { id: playerId } }),
    ],
    [
      'eight times the same fragment, which has eight times the same field',
      () => `{ me { ${repeat(8, () => '...A')} } } fragment A on Player { ${repeat(8, () => 'id')} }`,
      () => ({ me: { id: playerId } }),
    ],
    [
      'ninety fragments that spread the next one twice',
      () =>
        `{ ...F0 } ${repeat(90, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F90 on Query { __typename }`,
      () => ({ __typename: 'Query' }),
    ],
    [
      'forty fragments that spread the next one eight times, on a field that inspects its selection',
      () =>
        `{ ledger(playerId: "${playerId}") { ...F0 } } ${repeat(40, (i) => `fragment F${i} on QueryLedgerConnection { ${repeat(8, () => `...F${i + 1}`)} }`)} fragment F40 on QueryLedgerConnection { pageInfo { hasPreviousPage } }`,
      () => ({ ledger: { pageInfo: { hasPreviousPage: false } } }),
    ],
    [
      'two hundred nested inline fragments',
      () => `{ ${nested(200, '... { ', '__typename')} }`,
      () => ({ __typename: 'Query' }),
    ],
    [
      'a comment of fifty thousand characters',
      () => `# ${'x'.repeat(50_000)}\n{ __typename }`,
      () => ({ __typename: 'Query' }),
    ],
  ])('answers a repetitive document within two seconds: %s', async (_, document, expected) => {
    const start = performance.now();
    const { data } = await send(document(), {}, { token });
    expect(data).toEqual(expected());
    expect(performance.now() - start).toBeLessThan(MAX_MILLISECONDS);
  });

  it('refuses 990 times the same field within two seconds', async () => {
    const start = performance.now();
    const answer = await withoutDatabase(playerId, () =>
      send(`{ me { ${repeat(990, () => 'id')} } }`, {}, { token }),
    );
    expect(soundErrors(answer)[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(performance.now() - start).toBeLessThan(MAX_MILLISECONDS);
  });

  it.each([20_000, 400_000])('refuses variables that are nested %d deep', async (depth) => {
    const staff = await staffToken(await addStaffMember(fresh('staff')));
    const document = 'mutation($input: ManualRewardInput!) { manualReward(input: $input) { __typename } }';
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    for (const input of [deep, `{ "grants": ${deep} }`, `{ "reason": ${deep} }`]) {
      const body = `{"query": ${JSON.stringify(document)}, "variables": { "input": ${input} }}`;
      const response = await withoutDatabase(playerId, () =>
        post(body, { authorization: `Bearer ${staff}` }),
      );
      const answer = { headers: response.headers, ...((await response.json()) as object) };
      for (const error of soundErrors(answer)) expect(error.extensions.code).toBe('BAD_USER_INPUT');
    }
  });
});
