/**
 * Malformed input is refused before the database is asked. The fault names the field and its bound, for variables and literals
 * alike. The inputs come from the schema and the values from their scalars.
 */
import { isEnumType, isInputObjectType } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../../src/resolvers/schema.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { documentOf, type OperationName } from '../../support/worker/client.ts';
import { onlyError, soundErrors, withoutDatabase } from '../../support/worker/fault-answers.ts';
import {
  documentWithLiterals,
  sharedScenes,
  soundRequest,
  withoutValueAt,
  withValueAt,
} from '../../support/worker/input-requests.ts';
import {
  allInputsOf,
  type FieldWithInputs,
  fieldsOf,
  type Input,
  inputsOf,
  isRoot,
  nameOf,
  pathName,
} from '../../support/worker/inputs.ts';
import { sampleOf } from '../../support/worker/sample.ts';
import { scalarValues } from '../../support/worker/scalar-values.ts';
import { freshKey, send } from '../../support/worker/service.ts';

beforeAll(serveExample);

/** What is malformed reaches no ledger. */
const sceneFor = sharedScenes();
/** Each value is sent as a variable and as a literal. */
const REQUESTS_PER_VALUE = 2;

/** Fields below an operation are fuzzed only. */
const FIELDS = fieldsOf(schema).filter(isRoot);
const named = (inputs: readonly Input[]) => inputs.map((input) => ({ name: nameOf(input), input }));
/** `npm test` takes every other input of a type that has four or more. */
const SCALARS = [...Map.groupBy(FIELDS.flatMap(inputsOf), ({ type }) => type).values()].flatMap((ofType) =>
  named(ofType.length < 4 ? ofType : sampleOf(ofType, 2)),
);

/** `npm test` sends each malformed value of a type to some of these inputs: up to every eighth to each, to the next one others. */
function valuesFor<T>(input: Input, values: readonly T[]): readonly T[] {
  const ofType = SCALARS.filter((each) => each.input.type === input.type);
  const place = ofType.findIndex((each) => each.input === input);
  return ofType.length === 1 ? values : sampleOf(values, Math.min(ofType.length, 8), place);
}
const COMPOSED = named(
  FIELDS.flatMap(allInputsOf).filter(({ type, isList }) => isList || isInputObjectType(type)),
);
const fieldNamed = (operation: string) =>
  FIELDS.find((field) => field.operation === operation) as FieldWithInputs;

async function sendBoth(field: FieldWithInputs, variables: unknown, token: string) {
  // Parsed and validated for each value: a short selection is enough for what is refused.
  const brief = { ...field, selection: field.selection && '{ __typename }' };
  const document = documentWithLiterals(brief, variables as Record<string, unknown>);
  if (document === null) throw new Error(`GraphQL cannot write ${JSON.stringify(variables)}.`);
  return {
    asVariables: await send(documentOf(field.operation as OperationName), variables as object, { token }),
    asLiterals: await send(document, {}, { token }),
  };
}

/** Sends the variables as such and as literals. Both must be refused for the same field, with the same problem. */
async function expectMalformed(
  field: FieldWithInputs,
  { variables, token }: { readonly variables: unknown; readonly token: string },
  { path, problem }: { readonly path: string; readonly problem: RegExp },
): Promise<void> {
  const { asVariables, asLiterals } = await sendBoth(field, variables, token);
  expect(asVariables.data).toBeUndefined();
  for (const answer of [asVariables, asLiterals]) {
    const { message, extensions } = onlyError(answer);
    expect(extensions.code).toBe('BAD_USER_INPUT');
    // A lone surrogate is not GraphQL text: the lexer refuses the document before any field is known.
    if (answer === asLiterals && /^Syntax Error: Invalid Unicode escape sequence/.test(message)) continue;
    expect([variables, extensions.field]).toEqual([variables, path]);
    expect(message.startsWith(`${path}: `)).toBe(true);
    expect(message).toMatch(problem);
  }
}

const REQUIRED = /: is required$/;

describe('every scalar and enum of the schema', () => {
  it.each(
    SCALARS,
  )('$name: refuses malformed values before the database, naming the field and its bound', async ({
    input,
  }) => {
    const { field, path, type, isRequired } = input;
    const { malformed, bound } = isEnumType(type)
      ? { malformed: ['NO_SUCH_VALUE', 7], bound: new RegExp(`must be .*${type.getValues()[0]?.name}`) }
      : scalarValues(type.name);
    const values = valuesFor(input, malformed);
    // Null and none are sent too.
    const { playerId, token, variables } = await sceneFor(field, (values.length + 2) * REQUESTS_PER_VALUE);
    const name = pathName({ path });
    const refuse = (changed: unknown, problem: RegExp) =>
      expectMalformed(field, { variables: changed, token }, { path: name, problem });
    await withoutDatabase(playerId, async () => {
      for (const value of values) await refuse(withValueAt(variables(), path, value), bound);
      if (!isRequired) return;
      await refuse(withValueAt(variables(), path, null), REQUIRED);
      // Where an argument is missing, the document itself is not valid.
      if (path.length > 1) await refuse(withoutValueAt(variables(), path), REQUIRED);
    });
  });
});

describe('every input object and list of the schema', () => {
  it.each(
    sampleOf(COMPOSED, 2),
  )('$name: refuses values of another shape, and null where it is required', async ({
    input: { field, path, type, isRequired, isList },
  }) => {
    const { playerId, token, variables } = await sceneFor(field, 5 * REQUESTS_PER_VALUE);
    const name = pathName({ path });
    const problem = isInputObjectType(type) ? new RegExp(`must be an object \\(${type.name}\\)$`) : /must be/;
    const refuse = (value: unknown, where: string, what: RegExp) => {
      const changed = withValueAt(variables(), path, value);
      return expectMalformed(field, { variables: changed, token }, { path: where, problem: what });
    };
    await withoutDatabase(playerId, async () => {
      // A single value means a list of one.
      for (const value of ['', 3, true]) await refuse(value, name, problem);
      if (isList) await refuse([1], `${name}[0]`, problem);
      else await refuse([1], name, problem);
      if (isRequired) await refuse(null, name, REQUIRED);
    });
  });

  it.each(
    sampleOf(
      COMPOSED.filter(({ input }) => !input.isList),
      2,
      1,
    ),
  )('$name: names an unknown field, and not its value', async ({ input: { field, path, type } }) => {
    const { playerId, token, variables } = await sceneFor(field, REQUESTS_PER_VALUE);
    const changed = withValueAt(variables(), [...path, 'tickett'], 'a-secret-in-the-wrong-place');
    const answers = await withoutDatabase(playerId, () => sendBoth(field, changed, token));
    for (const answer of Object.values(answers)) {
      const { message, extensions } = onlyError(answer);
      expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: pathName({ path }) });
      expect(message).toContain(`${type.name} has no field "tickett"`);
      expect(message).not.toContain('a-secret');
    }
  });
});

describe('malformed input', () => {
  it('is reported with one error for each field', async () => {
    const { playerId, token, variables } = await soundRequest(fieldNamed('manualReward'));
    const { input } = variables() as { input: object };
    const sent = { ...input, idempotencyKey: 'short', grants: [{ resource: 'X', amount: 0.5 }] };
    const answer = await withoutDatabase(playerId, () =>
      send(documentOf('manualReward'), { input: sent }, { token }),
    );
    expect(soundErrors(answer).map(({ extensions }) => extensions.field)).toEqual(
      expect.arrayContaining(['input.idempotencyKey', 'input.grants[0].resource', 'input.grants[0].amount']),
    );
  });

  it('is reported with at most five errors', async () => {
    const { playerId, token, variables } = await soundRequest(fieldNamed('manualReward'));
    const { input } = variables() as { input: object };
    const grants = Array.from({ length: 1_000 }, () => ({ resource: 'X', amount: 0.5 }));
    const answer = await withoutDatabase(playerId, () =>
      send(documentOf('manualReward'), { input: { ...input, grants } }, { token }),
    );
    const fields = soundErrors(answer).map(({ extensions }) => extensions.field);
    expect(fields).toHaveLength(5);
    expect(fields[0]).toBe('input.grants[0].resource');
  });

  it('includes a bare name where a text is expected', async () => {
    const { playerId, token } = await soundRequest(fieldNamed('spendStatPoints'));
    const document =
      'mutation { spendStatPoints(input: { idempotencyKey: abcdefghijklmnopqrst, points: { stat: "energy", points: 1 } }) { __typename } }';
    const answer = await withoutDatabase(playerId, () => send(document, {}, { token }));
    expect(onlyError(answer).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.idempotencyKey',
    });
  });

  it('includes the default value of a variable', async () => {
    const { playerId, token } = await soundRequest(fieldNamed('spendStatPoints'));
    const document = `mutation($energy: PositiveInt = 1.5) { spendStatPoints(input: { idempotencyKey: "${freshKey()}", points: { stat: "energy", points: $energy } }) { __typename } }`;
    const answer = await withoutDatabase(playerId, () => send(document, {}, { token }));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: '$energy' });
  });
});
