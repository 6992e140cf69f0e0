import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { schema } from '../../../src/resolvers/schema.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { hostileValue, LISTED, LISTED_FOR_OBJECTS } from '../../support/worker/fuzz/hostile-values.ts';
import {
  type FuzzedField,
  type FuzzedInput,
  fieldsOf,
  inputsOf,
  nameOf,
} from '../../support/worker/fuzz/inputs.ts';
import { bodyOf, optionalPaths } from '../../support/worker/fuzz/requests.ts';
import { type ActorKind, judgeLines, judgeRows, type Shot, shoot } from '../../support/worker/fuzz/shots.ts';
import { catchLines, rawLines } from '../../support/worker/log-lines.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';

const seed = inject('fuzzSeed');
const FIELDS = fieldsOf(schema);
const INPUTS = FIELDS.flatMap(inputsOf);
/** What fast-check makes for each input beside the listed values: so many times so many, sent at once. */
const [ROUNDS, AT_ONCE] = [2, 8];

interface Base {
  readonly kind: ActorKind;
  readonly filled: ReadonlySet<string>;
  readonly reach: number;
}
const bases = new Map<string, Base>();
let fuzzed = 0;
let sent = 0;

beforeAll(async () => {
  await serveExample();
  catchLines();
});

/** The caller, and the optional inputs beside which a sound request gets furthest: that is where hostile values go. */
async function baseOf(field: FuzzedField): Promise<Base> {
  const known = bases.get(field.name);
  if (known) return known;
  const playerId = await seasonedPlayer();
  const optional = optionalPaths(field);
  const choices = [[], ...optional.map((one) => [one]), ...pairs(optional)];
  let best: Base | undefined;
  for (const kind of ['server', 'player', 'staff'] as const) {
    for (const choice of choices) {
      if (best?.reach === 3) break;
      const filled = new Set(choice);
      const body = bodyOf({ field, playerId, filled, as: 'variables' }) as string;
      const reach = reachOf(await shoot(field, body, { kind, playerId }));
      if (reach > (best?.reach ?? -1)) best = { kind, filled, reach };
    }
  }
  if (!best || best.reach === 0) throw new Error(`nobody may ask for ${field.name}`);
  bases.set(field.name, best);
  return best;
}

const pairs = (names: readonly string[]) =>
  names.flatMap((one, at) => names.slice(at + 1).map((other) => [one, other]));

/** 3: something was given or shown. 2: the ledger answered. 1: the request was not sound. 0: not for this caller. */
function reachOf({ data, errors, operation }: Shot): number {
  if (errors.length > 0) return errors.some(({ extensions }) => extensions.code === 'FORBIDDEN') ? 0 : 1;
  const answer = data?.[operation] as { __typename?: string } | null;
  return answer !== null &&
    !/^(?!Receipt).*(Claim|Player|Eligible|Balance|Conflict|Reversible|Type)$/.test(answer?.__typename ?? '')
    ? 3
    : 2;
}

async function fire(input: FuzzedInput, playerId: string, values: readonly string[]): Promise<void> {
  const { field } = input;
  const { kind, filled } = await baseOf(field);
  const from = rawLines().length;
  const shots = await Promise.all(
    values.map((json, at) => {
      // Every other one stands in the document itself, where it can; the next input has them the other way round.
      const hostile = { input, json };
      const first = (at + INPUTS.indexOf(input)) % 2 === 0 ? 'variables' : 'literals';
      const body = (as: typeof first) => bodyOf({ field, playerId, filled, hostile, as });
      return shoot(field, (body(first) ?? body('variables')) as string, { kind, playerId });
    }),
  );
  judgeLines(shots, from);
  await judgeRows(shots, playerId);
  sent += shots.length;
}

describe(`every input of the schema, fuzzed with seed ${seed}: a sound answer, one log line, nothing written in vain`, () => {
  it.each(
    INPUTS.map((input) => [`${nameOf(input)}: ${input.type}`, input] as const),
  )('%s', async (_, input) => {
    const listed = input.type === 'Facts' || input.type === 'JSON' ? LISTED_FOR_OBJECTS : LISTED;
    for (let at = 0; at < listed.length; at += 30)
      await fire(input, await seasonedPlayer(), listed.slice(at, at + 30));
    const playerId = await seasonedPlayer();
    const values = fc.array(hostileValue, { minLength: AT_ONCE, maxLength: AT_ONCE });
    await fc.assert(
      fc.asyncProperty(values, (several) => fire(input, playerId, several)),
      { seed, numRuns: ROUNDS, endOnFailure: true },
    );
    fuzzed += 1;
  });

  afterAll(() =>
    console.log(`fuzzed ${fuzzed} inputs of ${FIELDS.length} fields with ${sent} requests, seed ${seed}`),
  );

  it('was every one of them, and each field was reached as far as the ledger or its answer', () => {
    expect(INPUTS.length).toBeGreaterThan(0);
    expect(fuzzed).toBe(INPUTS.length);
    expect(sent).toBeGreaterThanOrEqual((LISTED.length + ROUNDS * AT_ONCE) * INPUTS.length);
    const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
      Object.values(root?.getFields() ?? {}),
    );
    const withInput = roots.filter(({ args }) => args.length > 0).map(({ name }) => name);
    const reached = FIELDS.map(({ operation }) => operation);
    expect(withInput.filter((name) => !reached.includes(name))).toEqual([]);
    for (const [name, { reach }] of bases) expect(reach, name).toBeGreaterThanOrEqual(2);
  });
});
