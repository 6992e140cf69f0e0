import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { askingNobody, onlyError, soundErrors } from '../../support/worker/fault-answers.ts';
import { freshKey, send } from '../../support/worker/service.ts';
import { INPUT_TYPES, MALFORMED, type MutationName, soundRequests } from './malformed.ts';

// Anew for each group: staff may send a hundred requests in ten seconds.
let sound: Awaited<ReturnType<typeof soundRequests>>;
beforeAll(serveExample);
const prepare = async () => {
  sound = await soundRequests();
};

const byVariables = (mutation: MutationName) =>
  `mutation($input: ${INPUT_TYPES[mutation]}!) { ${mutation}(input: $input) { __typename } }`;

/** The value as it would be written into the document itself. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([name, member]) => `${name}: ${literal(member)}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value);
}

const byLiterals = (mutation: MutationName, input: object) =>
  `mutation { ${mutation}(input: ${literal(input)}) { __typename } }`;

describe('malformed input is refused before the ledger, naming the field and the bound', () => {
  beforeAll(prepare);

  it.each(MALFORMED)('as a variable: $name', async ({ mutation, change, field, bound }) => {
    const { token, input } = sound.requests[mutation];
    const answer = await askingNobody(sound.playerId, () =>
      send(byVariables(mutation), { input: { idempotencyKey: freshKey(), ...input, ...change } }, { token }),
    );
    const { message, extensions } = onlyError(answer);
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(message.startsWith(`${field}: `)).toBe(true);
    expect(message).toMatch(bound);
    expect(answer.data).toBeUndefined();
  });
});

describe('malformed input is refused as a literal too, naming the same field and bound', () => {
  beforeAll(prepare);

  it.each(MALFORMED)('as a literal: $name', async ({ mutation, change, field, bound }) => {
    const { token, input } = sound.requests[mutation];
    const document = byLiterals(mutation, { idempotencyKey: freshKey(), ...input, ...change });
    const answer = await askingNobody(sound.playerId, () => send(document, {}, { token }));
    const { message, extensions } = onlyError(answer);
    expect(extensions.code).toBe('BAD_USER_INPUT');
    // Lone surrogates are no GraphQL text at all: the lexer refuses the document before any field is known.
    if (message.startsWith('Syntax Error: Invalid Unicode escape sequence')) return;
    expect(extensions.field).toBe(field);
    expect(message.startsWith(`${field}: `)).toBe(true);
    expect(message).toMatch(bound);
  });
});

describe('an input of the wrong shape', () => {
  beforeAll(prepare);
  const mutations = Object.keys(INPUT_TYPES) as MutationName[];

  it.each(mutations)('names the unknown field of %s, and not what it held', async (mutation) => {
    const { token, input } = sound.requests[mutation];
    const whole = { idempotencyKey: freshKey(), ...input, tickett: 'a-secret-in-the-wrong-place' };
    for (const [document, variables] of [
      [byVariables(mutation), { input: whole }],
      [byLiterals(mutation, whole), {}],
    ] as const) {
      const answer = await askingNobody(sound.playerId, () => send(document, variables, { token }));
      const { message, extensions } = onlyError(answer);
      expect(extensions.code).toBe('BAD_USER_INPUT');
      expect(message).toContain('Field "tickett" is not defined');
      expect(message).not.toContain('a-secret');
    }
  });

  it.each(mutations)('names the field that %s needs and did not get', async (mutation) => {
    const { token, input } = sound.requests[mutation];
    for (const [document, variables] of [
      [byVariables(mutation), { input }],
      [byLiterals(mutation, input), {}],
    ] as const) {
      const answer = await askingNobody(sound.playerId, () => send(document, variables, { token }));
      const { message, extensions } = onlyError(answer);
      expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input' });
      expect(message).toMatch(/idempotencyKey" of required type "IdempotencyKey!" was not provided/);
    }
  });

  it.each([
    ['a text', '"x"'],
    ['a list', '[1]'],
    ['null', 'null'],
    ['a number', '3'],
  ])('is refused where the whole input is %s', async (_, json) => {
    for (const mutation of mutations) {
      const { token } = sound.requests[mutation];
      const answer = await askingNobody(sound.playerId, () =>
        send(byVariables(mutation), { input: JSON.parse(json) }, { token }),
      );
      expect(onlyError(answer).extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  it('names every field that is wrong, each in an error of its own', async () => {
    const { token, input } = sound.requests.manualReward;
    const grants = [{ resource: 'X', amount: 0.5 }];
    const answer = await askingNobody(sound.playerId, () =>
      send(byVariables('manualReward'), { input: { ...input, idempotencyKey: 'short', grants } }, { token }),
    );
    expect(soundErrors(answer).map(({ extensions }) => extensions.field)).toEqual(
      expect.arrayContaining(['input.idempotencyKey', 'input.grants[0].resource', 'input.grants[0].amount']),
    );
  });

  it('takes no bare name for a text', async () => {
    const { token } = sound.requests.spendStatPoints;
    const document =
      'mutation { spendStatPoints(input: { idempotencyKey: abcdefghijklmnopqrst, energy: 1 }) { __typename } }';
    const answer = await askingNobody(sound.playerId, () => send(document, {}, { token }));
    expect(onlyError(answer).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.idempotencyKey',
    });
  });

  it('names a default value of a variable', async () => {
    const { token } = sound.requests.spendStatPoints;
    const document = `mutation($energy: SafeInt = 1.5) { spendStatPoints(input: { idempotencyKey: "${freshKey()}", energy: $energy }) { __typename } }`;
    const answer = await askingNobody(sound.playerId, () => send(document, {}, { token }));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: '$energy' });
  });
});
