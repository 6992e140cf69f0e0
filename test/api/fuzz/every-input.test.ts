/** Sends hostile values in inputs of the schema, in a long run in every one. The seed makes a run repeatable. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { schema } from '../../../src/resolvers/schema.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { hostileValue, LISTED, LISTED_FOR_OBJECTS } from '../../support/worker/fuzz/hostile-values.ts';
import { checkLines, checkRows, shoot } from '../../support/worker/fuzz/shots.ts';
import { bodyWith, type Sound, soundBody, soundRequest } from '../../support/worker/input-requests.ts';
import { fieldsOf, type Input, inputsOf, nameOf } from '../../support/worker/inputs.ts';
import { catchLines, rawLines } from '../../support/worker/log-lines.ts';
import { sampleOf } from '../../support/worker/sample.ts';

const seed = inject('fuzzSeed');
/** Of the listed values each input gets every twelfth, beginning with another one than the input before it; in a long run all. */
const EVERY = inject('isLongRun') ? 1 : 12;
const FIELDS = fieldsOf(schema);
const INPUTS = FIELDS.flatMap(inputsOf);
/** `npm test` takes every sixth input of the schema, a long run all. */
const FUZZED = sampleOf(INPUTS, 6);
/** What fast-check generates for each input after the listed values: so many rounds of so many requests at once. */
const [ROUNDS, AT_ONCE] = [1, inject('isLongRun') ? 8 : 4];
/** A staff member may send a hundred requests in ten seconds, so each further batch has a scene of its own. */
const LISTED_AT_ONCE = 30;

let fuzzed = 0;
let sent = 0;

beforeAll(async () => {
  await serveExample();
  catchLines();
});

async function fire(
  input: Input,
  { playerId, token, variables }: Sound,
  values: readonly string[],
): Promise<void> {
  const { field, path } = input;
  const from = rawLines().length;
  const shots = await Promise.all(
    values.map((json, at) => {
      // Every other value is a literal, if GraphQL can write it. The next input has them the other way round.
      const as = (at + INPUTS.indexOf(input)) % 2 === 0 ? 'variables' : 'literals';
      const body = (form: typeof as) => bodyWith(field, variables(), { path, json }, form);
      return shoot(field, (body(as) ?? body('variables')) as string, token);
    }),
  );
  checkLines(shots, from);
  await checkRows(shots, playerId);
  sent += shots.length;
}

describe(`an input of the schema, fuzzed with seed ${seed}`, () => {
  it.each(
    FUZZED.map((input) => ({ name: `${nameOf(input)}: ${input.type}`, input })),
  )('$name: gets a sound answer and one log line for each request, and writes nothing on errors', async ({
    input,
  }) => {
    const isObject = input.type.name === 'Facts' || input.type.name === 'JSON';
    const first = (seed + INPUTS.indexOf(input)) % EVERY;
    const listed = (isObject ? LISTED_FOR_OBJECTS : LISTED).filter((_, at) => at % EVERY === first);
    let sound = await soundRequest(input.field);
    for (let at = 0; at < listed.length; at += LISTED_AT_ONCE) {
      if (at > 0) sound = await soundRequest(input.field);
      await fire(input, sound, listed.slice(at, at + LISTED_AT_ONCE));
    }
    const values = fc.array(hostileValue, { minLength: AT_ONCE, maxLength: AT_ONCE });
    await fc.assert(
      fc.asyncProperty(values, (several) => fire(input, sound, several)),
      { seed, numRuns: ROUNDS, endOnFailure: true },
    );
    fuzzed += 1;
  });

  afterAll(() =>
    console.log(`fuzzed ${fuzzed} inputs of ${FIELDS.length} fields with ${sent} requests, seed ${seed}`),
  );

  it('covers every field with arguments, in requests that are answered without the hostile value', async () => {
    expect(fuzzed).toBe(FUZZED.length);
    expect(sent).toBeGreaterThanOrEqual(
      (Math.floor(LISTED.length / EVERY) + ROUNDS * AT_ONCE) * FUZZED.length,
    );
    const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
      Object.values(root?.getFields() ?? {}),
    );
    const withArguments = roots.filter(({ args }) => args.length > 0).map(({ name }) => name);
    expect(withArguments.length).toBeGreaterThan(0);
    const reached = FIELDS.map(({ operation }) => operation);
    expect(withArguments.filter((name) => !reached.includes(name))).toEqual([]);
    for (const field of new Set(FUZZED.map((input) => input.field))) {
      const { token, variables } = await soundRequest(field);
      const { data, errors } = await shoot(field, soundBody(field, variables()), token);
      expect([field.name, errors]).toEqual([field.name, []]);
      const result = data?.[field.operation] as { __typename: string } | null;
      expect(result).not.toBeNull();
      // markRead is no operation of the ledger, and cannot be rejected.
      if (field.name.startsWith('Mutation.')) expect(result?.__typename).toMatch(/Receipt$|^MarkReadResult$/);
    }
  });
});
