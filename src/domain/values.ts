/**
 * The values that inputs may hold: their bounds, their types, and the words that an error uses for them. Scalars parse them at the
 * edge (src/schema/scalars.ts), so the domain cannot be called with a value out of bounds.
 */

import { CLAIM_ID, parseClaimId } from './claim-id.ts';
import { CODE_FORM, parseCode } from './code-form.ts';

interface Pattern {
  readonly expression: RegExp;
  readonly expected: string;
}

/** An ID of another system: a login's `auth0|6510…`, a store's purchase token. */
const EXTERNAL_ID = {
  expression: /^[!-~]{1,255}$/,
  expected: '1 to 255 printable ASCII characters without space',
};
/** Idempotency keys that begin so are made by operators alone, so that no player can use one of them first. */
export const RESERVED_KEYS = 'onceward:';

export const PATTERNS = {
  idempotencyKey: {
    expression: new RegExp(`^(?!${RESERVED_KEYS})[A-Za-z0-9_.:-]{16,255}$`),
    expected: `16 to 255 characters of A–Z a–z 0–9 _ . : -, not beginning with ${RESERVED_KEYS}`,
  },
  playerId: EXTERNAL_ID,
  claimType: {
    expression: /^[a-z][a-z0-9_]{0,63}$/,
    expected: '1 to 64 characters of a–z 0–9 _, beginning with a letter',
  },
  claimKey: EXTERNAL_ID,
  resource: {
    expression: /^(?=.{1,64}$)[a-z][a-z0-9_]*(:[a-z0-9_]+)?$/,
    expected: '1 to 64 characters of a–z 0–9 _ and at most one colon, beginning with a letter',
  },
  factName: {
    expression: /^[a-z][a-z0-9_]{0,63}$/,
    expected: '1 to 64 characters of a–z 0–9 _, beginning with a letter',
  },
  statName: {
    expression: /^[a-z][a-z0-9_]{0,63}$/,
    expected: '1 to 64 characters of a–z 0–9 _, beginning with a letter',
  },
  claimId: {
    expression: CLAIM_ID,
    expected: 'a claim ID: 17 to 23 characters of 0–9 a–z without i l o u',
  },
  roleName: {
    expression: /^(?!server$)[a-z][a-z0-9_]{0,63}$/,
    expected: '1 to 64 characters of a–z 0–9 _, beginning with a letter, and not server',
  },
  permission: {
    expression: /^[a-z]{1,32}:[a-z]{1,32}$/,
    expected: 'a–z on both sides of a colon, such as staff:read',
  },
  keyId: EXTERNAL_ID,
  operationName: {
    expression: /^[a-z][A-Za-z0-9]{0,63}$/,
    expected: '1 to 64 characters of A–Z a–z 0–9, beginning with a lowercase letter',
  },
  terms: {
    expression: /^[0-9a-f]{32}$/,
    expected: '32 characters of 0–9 a–f',
  },
  seed: {
    expression: /^[A-Za-z0-9_-]{32,128}$/,
    expected: '32 to 128 characters of A–Z a–z 0–9 _ -',
  },
  language: {
    expression: /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?$/,
    expected: 'a language tag of BCP 47, such as en, pt-BR or zh-Hant',
  },
  configPath: {
    expression: /^[A-Za-z$][A-Za-z0-9_$.:[\]]{0,254}$/,
    expected: '1 to 255 characters of A–Z a–z 0–9 _ $ . : [ ], beginning with a letter or $',
  },
  correlationId: {
    expression: /^[A-Za-z0-9_.:-]{8,128}$/,
    expected: '8 to 128 characters of A–Z a–z 0–9 _ . : -',
  },
} as const satisfies Record<string, Pattern>;

/**
 * Whether a text can be stored and compared exactly. Postgres refuses NUL. Lone surrogates are encoded to the same bytes, so
 * two different texts could become one key.
 */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** The largest amount in either direction: what a JSON number holds exactly. The database checks the same bound. */
export const MAX_AMOUNT = Number.MAX_SAFE_INTEGER;
/** Stats of a balance config, and of one request. */
export const MAX_STATS = 16;
/** How many times one request may make an exchange. */
export const MAX_QUANTITY = 100;
/** What players read: of the catalogue, and of a pending reward. */
export const MAX_TITLE = 100;
export const MAX_SHOWN_TEXT = 1000;
/** The text of a note on a player. */
const MAX_NOTE = 2000;
/** The length of a staff member's reason, in characters. It is kept with the claim forever. */
const REASON_LENGTH = { min: 3, max: 500 } as const;

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** From 1 to MAX_AMOUNT. */
export type PositiveInt = Branded<number, 'PositiveInt'>;
/** From 0 to MAX_AMOUNT. */
export type NonNegativeInt = Branded<number, 'NonNegativeInt'>;
/** From 1 to MAX_QUANTITY. */
export type Quantity = Branded<number, 'Quantity'>;
/** Of REASON_LENGTH. */
export type Reason = Branded<string, 'Reason'>;
/** From 1 to MAX_TITLE characters. */
export type Title = Branded<string, 'Title'>;
/** From 1 to MAX_SHOWN_TEXT characters. */
export type MessageText = Branded<string, 'MessageText'>;
/** From 1 to MAX_NOTE characters. */
export type NoteText = Branded<string, 'NoteText'>;
/** In lower case, as answers show it. */
export type ClaimId = Branded<string, 'ClaimId'>;
/** In upper case without dashes, with its check character. */
export type Code = Branded<string, 'Code'>;

interface ValueTypes {
  PositiveInt: PositiveInt;
  NonNegativeInt: NonNegativeInt;
  Quantity: Quantity;
  Reason: Reason;
  Title: Title;
  MessageText: MessageText;
  NoteText: NoteText;
  ClaimId: ClaimId;
  Code: Code;
}

export interface Constraint<T> {
  /** Completes "must be …". */
  readonly expected: string;
  /** Undefined: the value is not one. */
  readonly parse: (value: unknown) => T | undefined;
}

const integer = <T>(least: number, most: number): Constraint<T> => ({
  expected: `an integer from ${least} to ${most}`,
  parse: (value) =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
      ? (value as T)
      : undefined,
});

const shown = <T>(most: number): Constraint<T> => ({
  expected: `1 to ${most} characters, not white space alone, without NUL and without lone surrogates`,
  parse: (value) =>
    typeof value === 'string' && isStorableText(value) && value.trim() !== '' && value.length <= most
      ? (value as T)
      : undefined,
});

export const CONSTRAINTS: { readonly [Name in keyof ValueTypes]: Constraint<ValueTypes[Name]> } = {
  PositiveInt: integer(1, MAX_AMOUNT),
  NonNegativeInt: integer(0, MAX_AMOUNT),
  Quantity: integer(1, MAX_QUANTITY),
  Reason: {
    expected: `${REASON_LENGTH.min} to ${REASON_LENGTH.max} characters, without NUL and without lone surrogates`,
    parse: (value) => (typeof value === 'string' && isReason(value) ? (value as Reason) : undefined),
  },
  Title: shown(MAX_TITLE),
  MessageText: shown(MAX_SHOWN_TEXT),
  NoteText: shown(MAX_NOTE),
  ClaimId: {
    expected: PATTERNS.claimId.expected,
    parse: (value) =>
      typeof value === 'string' && parseClaimId(value) ? (value.toLowerCase() as ClaimId) : undefined,
  },
  Code: {
    expected: CODE_FORM,
    parse: (value) => (typeof value === 'string' ? (parseCode(value) as Code | undefined) : undefined),
  },
};

/** White space at the ends does not count towards the minimum. */
function isReason(text: string): boolean {
  const { min, max } = REASON_LENGTH;
  return isStorableText(text) && [...text.trim()].length >= min && [...text].length <= max;
}

/** The value as a value of the type; throws where it is not one. For constants, and for callers that are not GraphQL. */
export function constrained<Name extends keyof ValueTypes>(name: Name, value: unknown): ValueTypes[Name] {
  const { parse, expected } = CONSTRAINTS[name];
  const parsed = parse(value);
  if (parsed === undefined) throw new RangeError(`must be ${expected}`);
  return parsed;
}
