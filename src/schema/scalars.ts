/** The scalars: where the shape of every input is checked, before any token, config or database is asked. */
import { PATTERNS, isStorableText } from '../domain/patterns.ts';
import { MAX_AMOUNT } from '../domain/operation.ts';
import { readFacts } from '../auth/ticket-facts.ts';
import { builder } from './builder.ts';

/** Thrown by a scalar; GraphQL adds the path of the field to the message. */
function refuse(expected: string): never {
  throw new TypeError(`must be ${expected}`);
}

const named = {
  IdempotencyKey: {
    pattern: PATTERNS.idempotencyKey,
    about: 'Names a request. Made by the client before its first try and sent again with every retry',
  },
  PlayerId: { pattern: PATTERNS.playerId, about: 'A player, as the token of that player names them' },
  ClaimType: { pattern: PATTERNS.claimType, about: 'A claim type of the balance config' },
  ClaimKey: { pattern: PATTERNS.claimKey, about: 'Which one of its type a claim is: an encounter, a slip, a quest date' },
  ResourceName: { pattern: PATTERNS.resource, about: 'Anything countable that the balance config names: a currency, experience, a stat' },
  CorrelationId: { pattern: PATTERNS.correlationId, about: 'Finds everything that one request did: in the answer, the ledger, the audit and the logs' },
} as const;

for (const [name, { pattern, about }] of Object.entries(named)) {
  const parse = (value: unknown) =>
    typeof value === 'string' && pattern.expression.test(value) ? value : refuse(pattern.expected);
  builder.scalarType(name as keyof typeof named, {
    description: `${about}: ${pattern.expected}.`,
    serialize: String,
    parseValue: parse,
  });
}

builder.scalarType('SafeInt', {
  description: `An integer from −${MAX_AMOUNT} to ${MAX_AMOUNT} (2^53 − 1): exact in every JSON client.`,
  serialize: Number,
  parseValue: (value) => (Number.isSafeInteger(value) ? (value as number) : refuse(`an integer within ±${MAX_AMOUNT}`)),
});

const MAX_TEXT = 8_192;
builder.scalarType('Text', {
  description: `A text of at most ${MAX_TEXT} characters, without NUL and without lone surrogates.`,
  serialize: String,
  parseValue: (value) =>
    typeof value === 'string' && value.length <= MAX_TEXT && isStorableText(value)
      ? value
      : refuse(`a text of at most ${MAX_TEXT} characters, without NUL and lone surrogates`),
});

builder.scalarType('Facts', {
  description:
    'The values that reward formulas use, as a JSON object: names of a–z 0–9 _, values integers, booleans or short texts. A claim type declares which facts it takes, and their bounds.',
  serialize: (value) => value,
  parseValue: (value) => {
    const read = readFacts(value);
    return read.kind === 'invalid' ? refuse(`an object of facts: ${read.why}`) : read.facts;
  },
});

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/;
builder.scalarType('DateTime', {
  description: 'A moment, as ISO 8601 with a time zone: 2026-11-22T10:00:00Z. Answers are in UTC, to the millisecond.',
  serialize: (value) => value as string,
  parseValue: (value) => {
    const moment = typeof value === 'string' && ISO_INSTANT.test(value) ? new Date(value) : null;
    return moment && !Number.isNaN(moment.getTime()) ? moment : refuse('a moment like 2026-11-22T10:00:00Z');
  },
});

builder.scalarType('JSON', {
  description: 'Any JSON value. Only in answers.',
  serialize: (value) => value,
  parseValue: () => refuse('left out'),
});
