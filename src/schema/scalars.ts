/**
 * The scalars. They parse every input before config and database are read, and put its bounds into the schema. What they return
 * needs no second check in the domain.
 */
import { Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { MAX_DOCUMENT_TEXT } from '../domain/configs.ts';
import { parseFacts } from '../domain/facts.ts';
import { CONSTRAINTS, isStorableText, MAX_AMOUNT, PATTERNS } from '../domain/values.ts';
import { builder } from './builder.ts';
import { graphqlErrors } from './errors.ts';

type Parse<T> = (value: unknown, refuse: (expected: string) => never) => T;

/** One rule for variables and literals. A refusal is a GraphQLError of ours: Yoga would mask any other error. */
function input<T>(parse: Parse<T>) {
  const refuse = (node?: ValueNode) => (expected: string) => {
    throw graphqlErrors.malformed(expected, node);
  };
  return {
    parseValue: (value: unknown) => parse(value, refuse()),
    parseLiteral: (node: ValueNode) => parse(literal(node), refuse(node)),
  };
}

/** A bare name is an enum value. No scalar has enum values, so it must not pass for a text. */
function literal(node: ValueNode): unknown {
  return node.kind === Kind.ENUM ? undefined : valueFromASTUntyped(node);
}

/** Texts of a pattern. */
const PATTERNED = {
  IdempotencyKey: {
    pattern: PATTERNS.idempotencyKey,
    about:
      'Names a request. The sender makes it before the first try and sends it with every retry. It belongs to the player, not to the sender, so it must be unguessable, like a UUID',
  },
  PlayerId: { pattern: PATTERNS.playerId, about: 'A player ID: the subject of the player’s token' },
  ClaimType: { pattern: PATTERNS.claimType, about: 'A claim type of the balance config' },
  ClaimKey: {
    pattern: PATTERNS.claimKey,
    about: 'Identifies a claim within its type: an encounter, a slip, a quest date',
  },
  ResourceName: {
    pattern: PATTERNS.resource,
    about: 'Anything countable that the balance config names: a currency, experience, a stat',
  },
  StatName: { pattern: PATTERNS.statName, about: 'A stat of the balance config' },
  Language: { pattern: PATTERNS.language, about: 'The language of texts' },
  Tag: {
    pattern: PATTERNS.claimType,
    about: 'A tag that the balance config gives to what a screen shows',
  },
  MessageName: {
    pattern: PATTERNS.claimType,
    about: 'A message of the balance config',
  },
  RoleName: { pattern: PATTERNS.roleName, about: 'The name of a role of staff' },
  Permission: { pattern: PATTERNS.permission, about: 'What a role of staff may do' },
  KeyId: { pattern: PATTERNS.keyId, about: 'The ID (`kid`) of a key that signs tokens' },
  OperationName: { pattern: PATTERNS.operationName, about: 'A query or mutation, by its name' },
  Terms: {
    pattern: PATTERNS.terms,
    about: 'A digest of what an operation costs, gives and draws',
  },
  Seed: {
    pattern: PATTERNS.seed,
    about: 'Random characters that a client makes',
  },
  ConfigPath: {
    pattern: PATTERNS.configPath,
    about: 'A part of a balance config, such as `claimTypes.daily_quest.period`',
  },
  CorrelationId: {
    pattern: PATTERNS.correlationId,
    about: 'Identifies one request in its answer, the ledger, the audit and the logs',
  },
} as const;

for (const [name, { pattern, about }] of Object.entries(PATTERNED)) {
  builder.scalarType(name as keyof typeof PATTERNED, {
    description: `${about}: ${pattern.expected}.`,
    serialize: String,
    ...input((value, refuse) =>
      typeof value === 'string' && pattern.expression.test(value) ? value : refuse(pattern.expected),
    ),
  });
}

/** Values of a type of their own in the domain (src/domain/values.ts). */
const CONSTRAINED: Readonly<Record<keyof typeof CONSTRAINTS, string>> = {
  PositiveInt: 'An amount or a count',
  NonNegativeInt: 'An amount, a count or a version',
  Quantity: 'How many times to make an exchange',
  Reason: 'Why a staff member acts; white space at the ends does not count',
  Title: 'The title of a message that players read',
  MessageText: 'The text of a message that players read',
  NoteText: 'A note of staff on a player',
  ClaimId: 'The ID of a claim, as a receipt or the ledger shows it',
  Code: 'A code that a player redeems',
};

for (const [key, about] of Object.entries(CONSTRAINED)) {
  const name = key as keyof typeof CONSTRAINTS;
  const { expected, parse } = CONSTRAINTS[name];
  builder.scalarType(name, {
    description: `${about}: ${expected}.`,
    serialize: (value) => value,
    ...input<never>((value, refuse) => (parse(value) as never) ?? refuse(expected)),
  });
}

const SAFE_INT = `an integer from −${MAX_AMOUNT} to ${MAX_AMOUNT}`;
builder.scalarType('SafeInt', {
  description: `${SAFE_INT.replace(/^a/, 'A')} (2^53 − 1): exact in every JSON client.`,
  serialize: Number,
  ...input((value, refuse) => (Number.isSafeInteger(value) ? (value as number) : refuse(SAFE_INT))),
});

const MAX_TEXT = 8_192;
const TEXT = `a text of at most ${MAX_TEXT} characters, without NUL and without lone surrogates`;
builder.scalarType('Text', {
  description: `${TEXT.replace(/^a/, 'A')}.`,
  serialize: String,
  ...input((value, refuse) =>
    typeof value === 'string' && value.length <= MAX_TEXT && isStorableText(value) ? value : refuse(TEXT),
  ),
});

const DOCUMENT = `a text of at most ${MAX_DOCUMENT_TEXT} characters, without NUL and without lone surrogates`;
builder.scalarType('BalanceDocument', {
  description: `A balance config as JSON text, at most 256 KiB without spaces: ${DOCUMENT}. No object has the same key twice.`,
  serialize: String,
  ...input((value, refuse) =>
    typeof value === 'string' && value.length <= MAX_DOCUMENT_TEXT && isStorableText(value)
      ? value
      : refuse(DOCUMENT),
  ),
});

builder.scalarType('Facts', {
  description:
    'The values that reward formulas use, as a JSON object. Names consist of a–z 0–9 _; values are integers, booleans or short texts. A claim type declares which facts it takes, and their bounds.',
  serialize: (value) => value,
  ...input((value, refuse) => {
    const parsed = parseFacts(value);
    return parsed.kind === 'invalid' ? refuse(`an object of facts: ${parsed.why}`) : parsed.facts;
  }),
});

/** Date accepts 30 February as 2 March. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/;
const INSTANT = 'a moment like 2026-11-22T10:00:00Z, in the years 0001 to 9999';
builder.scalarType('DateTime', {
  description:
    'A moment, as ISO 8601 with a time zone: 2026-11-22T10:00:00Z. Answers are in UTC, to the millisecond.',
  serialize: (value) => value as string,
  ...input((value, refuse) => {
    const isWritten = typeof value === 'string' && ISO_INSTANT.test(value) && isDay(value.slice(0, 10));
    const moment = isWritten ? new Date(value) : null;
    // The year in UTC: an offset may move the moment out of the years that Postgres and ISO 8601 both write.
    const year = moment?.getUTCFullYear() ?? Number.NaN;
    return moment && year >= 1 && year <= 9999 ? moment : refuse(INSTANT);
  }),
});

const DAY = 'a day like 2026-11-22';
builder.scalarType('Day', {
  description: 'A day of UTC: 2026-11-22.',
  serialize: String,
  ...input((value, refuse) =>
    typeof value === 'string' && /^[12]\d{3}-\d{2}-\d{2}$/.test(value) && isDay(value) ? value : refuse(DAY),
  ),
});

builder.scalarType('Sum', {
  description:
    'A whole number of any size, as a text of decimal digits: a sum over many players can exceed what a JSON number holds. Only in answers.',
  serialize: String,
  ...input<never>((_, refuse) => refuse('left out')),
});

builder.scalarType('JSON', {
  description: 'Any JSON value. Only in answers.',
  serialize: (value) => value,
  ...input<never>((_, refuse) => refuse('left out')),
});
