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
import { sampleOf } from '../../support/worker/sample.ts';
import { fresh, playerToken, send } from '../../support/worker/service.ts';

// Does what Clairvoyance and InQL do: rebuild the schema from error messages, and look for cycles that queries can follow.

const TYPES = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

/** The name with one letter more: graphql-js would suggest the right name. */
const misspelt = (name: string) => `${name}${name.at(-1) === 'x' ? 'y' : 'x'}`;

interface Guess {
  readonly name: string;
  readonly document: string;
  readonly variables?: object;
}

/** How to reach each type from a root: an opened selection of fields, and the braces that close it. */
function pathsToTypes(): Map<string, { open: string; close: string }> {
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
  const paths = pathsToTypes();
  return TYPES.flatMap((type): Guess[] => {
    const misspeltType = { name: type.name, document: `query($v: ${misspelt(type.name)}) { __typename }` };
    if (isObjectType(type) || isInterfaceType(type)) {
      const { open, close } = paths.get(type.name) ?? { open: `{ ... on ${type.name} {`, close: '} }' };
      const fields = Object.values(type.getFields()) as GraphQLField<unknown, unknown>[];
      return [
        misspeltType,
        ...fields.map(({ name }) => ({ name, document: `${open} ${misspelt(name)} ${close}` })),
        ...fields.flatMap((field) =>
          field.args.map(({ name }) => ({
            name,
            document: `${open} ${field.name}(${misspelt(name)}: 1) ${close}`,
          })),
        ),
      ];
    }
    if (isInputObjectType(type)) {
      return Object.keys(type.getFields()).flatMap((name) => [
        { name, document: `query($v: ${type.name} = { ${misspelt(name)}: 1 }) { __typename }` },
        {
          name,
          document: `query($v: ${type.name}) { __typename }`,
          variables: { v: { [misspelt(name)]: 1 } },
        },
      ]);
    }
    if (isEnumType(type)) {
      return type.getValues().flatMap(({ name }) => [
        { name, document: `query($v: ${type.name} = ${misspelt(name)}) { __typename }` },
        { name, document: `query($v: ${type.name}) { __typename }`, variables: { v: misspelt(name) } },
      ]);
    }
    return [misspeltType];
  });
}

beforeAll(serveExample);

describe('field suggestions (Clairvoyance)', () => {
  const all = sampleOf(guesses(), 3);

  it(`no error reveals one of ${all.length} names of the schema to a request that misspells it`, async () => {
    expect(all.length).toBeGreaterThan(200);
    const token = await playerToken(fresh('player'));
    let answered = 0;
    const check = async ({ name, document, variables }: Guess, at: number) => {
      // Every other request has no token: its errors must reveal no more than those of a player.
      const answer = await send(document, variables, at % 2 ? {} : { token });
      for (const { message } of soundErrors(answer)) {
        // The error for a missing required field must name it.
        if (/was not provided/.test(message)) continue;
        expect(message, document).not.toMatch(new RegExp(`["'.\`]${name}["'\`]`));
      }
      answered += 1;
    };
    for (let at = 0; at < all.length; at += 25) await Promise.all(all.slice(at, at + 25).map(check));
    expect(answered).toBe(all.length);
  });
});

describe('circular queries (InQL)', () => {
  it('the schema has no cycle of types that a query could follow', () => {
    const edges = new Map(
      TYPES.map((type) => [
        type.name,
        isUnionType(type)
          ? type.getTypes().map(({ name }) => name)
          : isObjectType(type) || isInterfaceType(type)
            ? Object.values(type.getFields()).map((field) => getNamedType(field.type).name)
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
