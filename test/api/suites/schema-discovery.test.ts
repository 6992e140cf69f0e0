import {
  type GraphQLField,
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../../src/resolvers/schema.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { soundErrors } from '../../support/worker/fault-answers.ts';
import { fresh, playerToken, send } from '../../support/worker/service.ts';

// What Clairvoyance and InQL do: rebuild the schema from what errors tell, and look for cycles to nest queries in.

const TYPES = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

/** A name that is one slip away: what graphql-js would suggest the right name for. */
const slip = (name: string) => `${name}${name.at(-1) === 'x' ? 'y' : 'x'}`;

interface Guess {
  readonly name: string;
  readonly document: string;
  readonly variables?: object;
}

/** Where a type can be asked for: the path of fields from a root, as an opened selection and its closing braces. */
function pathsTo(): Map<string, { open: string; close: string }> {
  const paths = new Map<string, { open: string; close: string }>();
  const waiting: { type: GraphQLNamedType; open: string; close: string }[] = [
    { type: schema.getQueryType() as GraphQLNamedType, open: '{', close: '}' },
    { type: schema.getMutationType() as GraphQLNamedType, open: 'mutation {', close: '}' },
  ];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { type, open, close } = next;
    if (paths.has(type.name)) continue;
    paths.set(type.name, { open, close });
    if (isUnionType(type)) {
      for (const member of type.getTypes())
        waiting.push({ type: member, open: `${open} ... on ${member.name} {`, close: `}${close}` });
    } else if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields()))
        waiting.push({ type: getNamedType(field.type), open: `${open} ${field.name} {`, close: `}${close}` });
    }
  }
  return paths;
}

function guesses(): Guess[] {
  const paths = pathsTo();
  return TYPES.flatMap((type): Guess[] => {
    const slipped = { name: type.name, document: `query($v: ${slip(type.name)}) { __typename }` };
    if (isObjectType(type) || isInterfaceType(type)) {
      const { open, close } = paths.get(type.name) ?? { open: `{ ... on ${type.name} {`, close: '} }' };
      const fields = Object.values(type.getFields()) as GraphQLField<unknown, unknown>[];
      return [
        slipped,
        ...fields.map(({ name }) => ({ name, document: `${open} ${slip(name)} ${close}` })),
        ...fields.flatMap((field) =>
          field.args.map(({ name }) => ({
            name,
            document: `${open} ${field.name}(${slip(name)}: 1) ${close}`,
          })),
        ),
      ];
    }
    if (isInputObjectType(type)) {
      return Object.keys(type.getFields()).flatMap((name) => [
        { name, document: `query($v: ${type.name} = { ${slip(name)}: 1 }) { __typename }` },
        { name, document: `query($v: ${type.name}) { __typename }`, variables: { v: { [slip(name)]: 1 } } },
      ]);
    }
    if (isEnumType(type)) {
      return type.getValues().flatMap(({ name }) => [
        { name, document: `query($v: ${type.name} = ${slip(name)}) { __typename }` },
        { name, document: `query($v: ${type.name}) { __typename }`, variables: { v: slip(name) } },
      ]);
    }
    return [slipped];
  });
}

beforeAll(serveExample);

describe('field suggestions (Clairvoyance)', () => {
  const all = guesses();

  it(`a slip away from each of ${all.length} names of the schema, none is told`, async () => {
    expect(all.length).toBeGreaterThan(200);
    const token = await playerToken(fresh('player'));
    let told = 0;
    const ask = async ({ name, document, variables }: Guess, at: number) => {
      // Without a token for every other one: strangers are told no more than players.
      const answer = await send(document, variables, at % 2 ? {} : { token });
      for (const { message } of soundErrors(answer)) {
        // What is required and missing has to be named; whoever sends a field of that name had it before.
        if (/was not provided/.test(message)) continue;
        expect(message, document).not.toMatch(new RegExp(`["'.\`]${name}["'\`]`));
      }
      told += 1;
    };
    for (let at = 0; at < all.length; at += 25) await Promise.all(all.slice(at, at + 25).map(ask));
    expect(told).toBe(all.length);
  });
});

describe('circular queries (InQL)', () => {
  it('the schema has no cycle of types to nest a query in', () => {
    const edges = new Map(
      TYPES.map((type) => [
        type.name,
        isUnionType(type)
          ? type.getTypes().map(({ name }) => name)
          : isObjectType(type) || isInterfaceType(type)
            ? Object.values(type.getFields()).map(({ type: of }) => getNamedType(of).name)
            : [],
      ]),
    );
    const cycles: string[] = [];
    const walk = (name: string, path: readonly string[]): void => {
      if (path.includes(name)) cycles.push([...path, name].join(' → '));
      else for (const next of edges.get(name) ?? []) walk(next, [...path, name]);
    };
    for (const name of edges.keys()) walk(name, []);
    expect(edges.size).toBeGreaterThan(30);
    expect(cycles).toEqual([]);
  });
});
