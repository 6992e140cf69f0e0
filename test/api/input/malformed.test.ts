import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { askingNobody, onlyError, soundErrors } from '../../support/worker/fault-answers.ts';
import { freshKey, send } from '../../support/worker/service.ts';
import {
  INPUT_TYPES,
  isPreview,
  MALFORMED,
  OPERATIONS,
  type OperationName,
  soundRequests,
} from './malformed.ts';

// Anew for each group: staff may send a hundred requests in ten seconds.
let sound: Awaited<ReturnType<typeof soundRequests>>;
beforeAll(serveExample);
const prepare = async () => {
  sound = await soundRequests();
};

const rootOf = (operation: OperationName) => (isPreview(operation) ? 'query' : 'mutation');
const byVariables = (operation: OperationName) =>
  `${rootOf(operation)}($input: ${INPUT_TYPES[operation]}!) { ${operation}(input: $input) { __typename } }`;
/** With a key of its own, where the operation takes one. */
const keyed = (operation: OperationName, input: object) =>
  isPreview(operation) ? input : { idempotencyKey: freshKey(), ...input };

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

const byLiterals = (operation: OperationName, input: object) =>
  `${rootOf(operation)} { ${operation}(input: ${literal(input)}) { __typename } }`;

describe('malformed input is refused before the ledger, naming the field and the bound', () => {
  beforeAll(prepare);

  it.each(MALFORMED)('as a variable: $name', async ({ operation, change, field, bound }) => {
    const { token, input } = sound.requests[operation];
    const answer = await askingNobody(sound.playerId, () =>
      send(byVariables(operation), { input: keyed(operation, { ...input, ...change }) }, { token }),
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

  it.each(MALFORMED)('as a literal: $name', async ({ operation, change, field, bound }) => {
    const { token, input } = sound.requests[operation];
    const document = byLiterals(operation, keyed(operation, { ...input, ...change }));
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

  it.each(OPERATIONS)('names the unknown field of %s, and not what it held', async (operation) => {
    const { token, input } = sound.requests[operation];
    const whole = { ...keyed(operation, input), tickett: 'a-secret-in-the-wrong-place' };
    for (const [document, variables] of [
      [byVariables(operation), { input: whole }],
      [byLiterals(operation, whole), {}],
    ] as const) {
      const answer = await askingNobody(sound.playerId, () => send(document, variables, { token }));
      const { message, extensions } = onlyError(answer);
      expect(extensions.code).toBe('BAD_USER_INPUT');
      expect(message).toContain('Field "tickett" is not defined');
      expect(message).not.toContain('a-secret');
    }
  });

  it.each(
    OPERATIONS.filter((operation) => !isPreview(operation)),
  )('names the field that %s needs and did not get', async (operation) => {
    const { token, input } = sound.requests[operation];
    for (const [document, variables] of [
      [byVariables(operation), { input }],
      [byLiterals(operation, input), {}],
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
    for (const operation of OPERATIONS) {
      const { token } = sound.requests[operation];
      const answer = await askingNobody(sound.playerId, () =>
        send(byVariables(operation), { input: JSON.parse(json) }, { token }),
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
