import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { askingNobody, soundErrors } from '../../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, send, staffToken } from '../../support/worker/service.ts';

let playerId: string;
let token: string;
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  token = await playerToken(playerId);
});

const many = (count: number, each: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => each(index)).join(' ');
const spend = (alias = '') =>
  `${alias} spendStatPoints(input: { idempotencyKey: "${freshKey()}", energy: 1 }) { __typename }`;
const nested = (levels: number, open: string, leaf: string) =>
  `${open.repeat(levels)}${leaf}${'}'.repeat(levels)}`;
const cyclic = '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A me { id } }';

describe('documents that would cost more than they may are refused before the ledger', () => {
  it.each<[string, () => string, RegExp]>([
    [
      'five aliases',
      () => `{ ${many(5, (i) => `a${i}: __typename`)} me { id } }`,
      /Aliases limit of 4 exceeded/,
    ],
    [
      'a hundred aliased mutations',
      () => `mutation { ${many(60, (i) => spend(`a${i}:`))} }`,
      /Aliases limit of 4|more that 1000 tokens/,
    ],
    [
      'five aliased mutations',
      () => `mutation { ${many(5, (i) => spend(`a${i}:`))} }`,
      /Aliases limit of 4 exceeded, found 5/,
    ],
    [
      'aliases spread over fragments',
      () =>
        `{ ...A ...B me { id } } fragment A on Query { ${many(3, (i) => `a${i}: __typename`)} } fragment B on Query { ${many(3, (i) => `b${i}: __typename`)} }`,
      /Aliases limit of 4 exceeded, found 6/,
    ],
    [
      'one fragment of aliases, twice',
      () => `{ ...A ... { ...A } me { id } } fragment A on Query { ${many(3, (i) => `a${i}: __typename`)} }`,
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
      () => `{ me { id ${many(9, () => '@include(if: true)')} } }`,
      /Directives limit of 8 exceeded|can only be used once/,
    ],
    [
      'directives that do not exist',
      () => `{ me { id ${many(9, (i) => `@x${i}`)} } }`,
      /Directives limit of 8 exceeded|Unknown directive/,
    ],
    ['more than a thousand tokens', () => `{ me { ${many(1000, () => 'id')} } }`, /more that 1000 tokens/],
    ['a thousand braces', () => `{ me ${'{ '.repeat(1000)}`, /Syntax Error/],
    [
      'a fragment that spreads itself',
      () => '{ ...A } fragment A on Query { ...A me { id } }',
      /Cannot spread fragment "A" within itself/,
    ],
    [
      'two fragments that spread each other',
      () => cyclic,
      /Cannot spread fragment "A" within itself via "B"/,
    ],
    [
      'a hundred aliases of one argument each',
      () => `{ ${many(60, (i) => `p${i}: player(id: "${playerId}") { id }`)} }`,
      /Aliases limit of 4/,
    ],
    [
      'a hundred times the same field',
      () => `{ me { ${many(100, () => 'id')} } }`,
      /the same field at most 8 times/,
    ],
    ['five hundred times __typename', () => `{ ${many(500, () => '__typename')} }`, /at most 8 times/],
    [
      'nine times the same field, spread over inline fragments',
      () => `{ me { id ${many(8, (i) => `... @include(if: true) { ${i % 2 ? 'id' : '... { id }'} }`)} } }`,
      /at most 8 times/,
    ],
    [
      'nine times one answer, with and without an alias',
      () => `{ me { ${many(5, () => 'id')} ${many(4, () => 'id: id')} } }`,
      /at most 8 times/,
    ],
    [
      'nine times the same fragment',
      () => `{ me { ${many(9, () => '...A')} } } fragment A on Player { id }`,
      /at most 8 times/,
    ],
    [
      'nine times a field within a fragment',
      () => `{ me { ...A } } fragment A on Player { ${many(9, () => 'id')} }`,
      /at most 8 times/,
    ],
    [
      'fields that a player does not have',
      () => '{ me { password } }',
      /Cannot query field "password" on type "Player"\.$/,
    ],
    [
      'a literal of four hundred lists',
      () => `{ player(id: ${'['.repeat(400)}${']'.repeat(400)}) { id } }`,
      /^id: must be/,
    ],
  ])('%s', async (_, document, message) => {
    const answer = await askingNobody(playerId, () => send(document(), {}, { token }));
    expect(answer.data).toBeUndefined();
    for (const error of soundErrors(answer)) expect(error.extensions.code).toBe('BAD_USER_INPUT');
    expect(
      soundErrors(answer)
        .map((error) => error.message)
        .join('\n'),
    ).toMatch(message);
  });

  it('takes four aliased mutations, and carries each out once', async () => {
    const { data } = await send(`mutation { ${many(4, (i) => spend(`a${i}:`))} }`, {}, { token });
    expect(Object.values(data)).toEqual(Array(4).fill({ __typename: 'Receipt' }));
    expect((await ledgerState(playerId)).balances['stat:energy']).toBe(4);
  });
});

describe('documents that repeat themselves cost no more than what they ask for', () => {
  it.each([
    [
      'eight times the same field',
      () => `{ me { ${many(8, () => 'id')} } }`,
      () => ({ me: { id: playerId } }),
    ],
    [
      'eight times the same fragment, of eight times the same field',
      () => `{ me { ${many(8, () => '...A')} } } fragment A on Player { ${many(8, () => 'id')} }`,
      () => ({ me: { id: playerId } }),
    ],
    [
      'ninety fragments that spread the next twice',
      () =>
        `{ ...F0 } ${many(90, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F90 on Query { __typename }`,
      () => ({ __typename: 'Query' }),
    ],
    [
      'forty fragments that spread the next eight times, where a field looks at what it is asked for',
      () =>
        `{ ledger(playerId: "${playerId}") { ...F0 } } ${many(40, (i) => `fragment F${i} on QueryLedgerConnection { ${many(8, () => `...F${i + 1}`)} }`)} fragment F40 on QueryLedgerConnection { pageInfo { hasPreviousPage } }`,
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
  ])('%s', async (_, document, expected) => {
    const began = performance.now();
    const { data } = await send(document(), {}, { token });
    expect(data).toEqual(expected());
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('gives up on fields that take too long to compare', async () => {
    const began = performance.now();
    const answer = await askingNobody(playerId, () =>
      send(`{ me { ${many(990, () => 'id')} } }`, {}, { token }),
    );
    expect(soundErrors(answer)[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('survives variables nested twenty thousand deep', async () => {
    const staff = await staffToken(await addStaffMember(fresh('staff')));
    const document = 'mutation($input: ManualRewardInput!) { manualReward(input: $input) { __typename } }';
    const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
    for (const input of [deep, { grants: deep }, { reason: deep }]) {
      const answer = await askingNobody(playerId, () => send(document, { input }, { token: staff }));
      for (const error of soundErrors(answer)) expect(error.extensions.code).toBe('BAD_USER_INPUT');
    }
  });
});
