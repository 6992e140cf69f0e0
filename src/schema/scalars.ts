/** The scalars: where the shape of every input is checked, before any config or database is asked. */
import { Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { parseFacts } from '../domain/facts.ts';
import { MAX_AMOUNT } from '../domain/operation.ts';
import { isStorableText, PATTERNS } from '../domain/values.ts';
import { builder } from './builder.ts';
import { graphqlErrors } from './errors.ts';

type Read<T> = (value: unknown, refuse: (expected: string) => never) => T;

/** One rule for variables and literals. A refusal is a GraphQLError: any other Yoga would mask as a defect of ours. */
function input<T>(read: Read<T>) {
  const refuse = (node?: ValueNode) => (expected: string) => {
    throw graphqlErrors.malformed(expected, node);
  };
  return {
    parseValue: (value: unknown) => read(value, refuse()),
    parseLiteral: (node: ValueNode) => read(literal(node), refuse(node)),
  };
}

/** A bare name is an enum value, and no scalar here has any: it must not pass for a text. */
function literal(node: ValueNode): unknown {
  return node.kind === Kind.ENUM ? undefined : valueFromASTUntyped(node);
}

const named = {
  IdempotencyKey: {
    pattern: PATTERNS.idempotencyKey,
    about:
      'Names a request: made by its sender before the first try, sent again with every retry. It belongs to the player, whoever sends it, so it must be one that nobody guesses, as a UUID is',
  },
  PlayerId: { pattern: PATTERNS.playerId, about: 'A player, as the token of that player names them' },
  ClaimType: { pattern: PATTERNS.claimType, about: 'A claim type of the balance config' },
  ClaimKey: {
    pattern: PATTERNS.claimKey,
    about: 'Which one of its type a claim is: an encounter, a slip, a quest date',
  },
  ResourceName: {
    pattern: PATTERNS.resource,
    about: 'Anything countable that the balance config names: a currency, experience, a stat',
  },
  CorrelationId: {
    pattern: PATTERNS.correlationId,
    about: 'Finds everything that one request did: in the answer, the ledger, the audit and the logs',
  },
} as const;

for (const [name, { pattern, about }] of Object.entries(named)) {
  builder.scalarType(name as keyof typeof named, {
    description: `${about}: ${pattern.expected}.`,
    serialize: String,
    ...input((value, refuse) =>
      typeof value === 'string' && pattern.expression.test(value) ? value : refuse(pattern.expected),
    ),
  });
}

builder.scalarType('SafeInt', {
  description: `An integer from −${MAX_AMOUNT} to ${MAX_AMOUNT} (2^53 − 1): exact in every JSON client.`,
  serialize: Number,
  ...input((value, refuse) =>
    Number.isSafeInteger(value) ? (value as number) : refuse(`an integer within ±${MAX_AMOUNT}`),
  ),
});

const MAX_TEXT = 8_192;
builder.scalarType('Text', {
  description: `A text of at most ${MAX_TEXT} characters, without NUL and without lone surrogates.`,
  serialize: String,
  ...input((value, refuse) =>
    typeof value === 'string' && value.length <= MAX_TEXT && isStorableText(value)
      ? value
      : refuse(`a text of at most ${MAX_TEXT} characters, without NUL and lone surrogates`),
  ),
});

builder.scalarType('Facts', {
  description:
    'The values that reward formulas use, as a JSON object: names of a–z 0–9 _, values integers, booleans or short texts. A claim type declares which facts it takes, and their bounds.',
  serialize: (value) => value,
  ...input((value, refuse) => {
    const read = parseFacts(value);
    return read.kind === 'invalid' ? refuse(`an object of facts: ${read.why}`) : read.facts;
  }),
});

/** Date takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/;
builder.scalarType('DateTime', {
  description:
    'A moment, as ISO 8601 with a time zone: 2026-11-22T10:00:00Z. Answers are in UTC, to the millisecond.',
  serialize: (value) => value as string,
  ...input((value, refuse) => {
    const written = typeof value === 'string' && ISO_INSTANT.test(value) && isDay(value.slice(0, 10));
    const moment = written ? new Date(value) : null;
    // In UTC, where a time zone may have moved it out of the years that Postgres and ISO 8601 agree on.
    const year = moment?.getUTCFullYear() ?? Number.NaN;
    return moment && year >= 1 && year <= 9999
      ? moment
      : refuse('a moment like 2026-11-22T10:00:00Z, in the years 0001 to 9999');
  }),
});

builder.scalarType('JSON', {
  description: 'Any JSON value. Only in answers.',
  serialize: (value) => value,
  ...input<never>((_, refuse) => refuse('left out')),
});
