/** Requests around one hostile value: everything else in them is sound. As variables, and as literals in the document. */
import {
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { fresh, freshKey } from '../service.ts';
import type { FuzzedField, FuzzedInput } from './inputs.ts';

/** A sound value for each scalar. A scalar that is missing here fails the run, so that it gets one. */
const SAMPLES: Record<string, (playerId: string) => unknown> = {
  IdempotencyKey: () => freshKey(),
  PlayerId: (playerId) => playerId,
  ClaimType: () => 'tournament_reward',
  ClaimKey: () => fresh('cup'),
  ResourceName: () => 'lumees',
  CorrelationId: () => fresh('story'),
  Text: () => 'an honest text',
  Facts: () => ({ rank: 1, participants: 16 }),
  SafeInt: () => 1,
  Int: () => 1,
  Float: () => 1.5,
  Boolean: () => true,
  String: () => '',
  ID: () => crypto.randomUUID(),
  DateTime: () => '2026-11-22T10:00:00Z',
};

/** Where the kind of value is not enough: nobody gives to themselves. */
const SAMPLES_BY_NAME: Record<string, (playerId: string) => unknown> = { toPlayerId: () => fresh('player') };

const HOLE = '@@hole@@';
const enumMark = (value: string) => `@@enum:${value}@@`;

export interface Wanted {
  readonly field: FuzzedField;
  readonly playerId: string;
  /** Which of the inputs that may be left out are filled in, by their dotted path. */
  readonly filled: ReadonlySet<string>;
  /** The input that gets the hostile value, as JSON text. Left out: a sound request. */
  readonly hostile?: { readonly input: FuzzedInput; readonly json: string };
  readonly as: 'variables' | 'literals';
}

/** The inputs of a field that a sound request may leave out. */
export function optionalPaths({ args }: FuzzedField): string[] {
  return args.flatMap(({ name, type }) => {
    const named = getNamedType(type);
    const members = isInputObjectType(named) ? Object.values(named.getFields()) : [];
    const within = members
      .filter((member) => !isNonNullType(member.type))
      .map((member) => `${name}.${member.name}`);
    return isNonNullType(type) ? within : [name, ...within];
  });
}

/** The request's body, or null where the value cannot be written as a literal. */
export function bodyOf({ field, playerId, filled, hostile, as }: Wanted): string | null {
  const hole = hostile?.input.path ?? [];
  const sample = (type: GraphQLInputType, path: readonly (string | number)[]): unknown => {
    if (isNonNullType(type)) return sample(type.ofType, path);
    if (hole.length > 0 && path.length === hole.length && path.every((step, at) => step === hole[at]))
      return HOLE;
    if (isListType(type)) return [sample(type.ofType, [...path, 0])];
    if (isEnumType(type)) return enumMark(String(type.getValues()[0]?.name));
    if (!isInputObjectType(type)) {
      const make = SAMPLES_BY_NAME[String(path.at(-1))] ?? SAMPLES[type.name];
      if (!make) throw new Error(`${type.name} has no sample to fuzz around: give it one in SAMPLES`);
      return make(playerId);
    }
    return Object.fromEntries(members(Object.values(type.getFields()), path));
  };
  const members = (
    given: readonly { name: string; type: GraphQLInputType }[],
    path: readonly (string | number)[],
  ) =>
    given.flatMap(({ name, type }): [string, unknown][] => {
      const here = [...path, name];
      const isNeeded = isNonNullType(type) || filled.has(here.join('.'));
      const leadsToHole = here.every((step, at) => step === hole[at]) && hole.length >= here.length;
      return isNeeded || leadsToHole ? [[name, sample(type, here)]] : [];
    });

  const values = members(field.args, []);
  const put = (text: string, value: string) => text.replace(JSON.stringify(HOLE), () => value);
  const isWrite = field.open.startsWith('mutation');
  const around = (head: string, given: string) =>
    `${isWrite ? 'mutation' : 'query'} Fuzz${head} ${isWrite ? field.open.slice(9) : field.open} ${field.name.split('.')[1]}${given} ${field.selection} ${field.close}`;

  if (as === 'literals') {
    const given = values.map(([name, value]) => {
      const json = literalOf(put(JSON.stringify(value), hostile?.json ?? ''));
      return json === null ? null : `${name}: ${json}`;
    });
    if (given.includes(null)) return null;
    return JSON.stringify({ query: around('', given.length > 0 ? `(${given.join(', ')})` : '') });
  }
  const types = new Map(field.args.map(({ name, type }) => [name, String(type)]));
  const head = values.map(([name]) => `$${name}: ${types.get(name)}`).join(', ');
  const given = values.map(([name]) => `${name}: $${name}`).join(', ');
  const query = around(head && `(${head})`, given && `(${given})`);
  const variables = JSON.stringify(Object.fromEntries(values)).replace(/@@enum:(\w+)@@/g, '$1');
  return `{"query": ${JSON.stringify(query)}, "variables": ${put(variables, hostile?.json ?? '')}}`;
}

/** JSON as GraphQL writes it: names of members without quotes. Null where a name is none. */
function literalOf(json: string): string | null {
  let isPossible = true;
  const text = json.replace(/"(?:[^"\\]|\\.)*"(\s*:)?/g, (token, colon: string | undefined) => {
    const value = JSON.parse(colon ? token.slice(0, -colon.length) : token) as string;
    if (colon) {
      if (!/^[_A-Za-z]\w*$/.test(value)) isPossible = false;
      return `${value}:`;
    }
    return /^@@enum:(\w+)@@$/.exec(value)?.[1] ?? token;
  });
  return isPossible ? text : null;
}
