/** The shapes of the identifiers and texts that inputs may hold, each with the words that an error uses for it. */
import { badInput, type Fault } from './fault.ts';

interface Pattern {
  readonly expression: RegExp;
  readonly expected: string;
}

export const PATTERNS = {
  idempotencyKey: {
    expression: /^[A-Za-z0-9_.:-]{16,128}$/,
    expected: '16 to 128 characters of A–Z a–z 0–9 _ . : -',
  },
  playerId: {
    expression: /^[A-Za-z0-9_.:@-]{1,128}$/,
    expected: '1 to 128 characters of A–Z a–z 0–9 _ . : @ -',
  },
  claimType: {
    expression: /^[a-z][a-z0-9_]{0,63}$/,
    expected: '1 to 64 characters of a–z 0–9 _, beginning with a letter',
  },
  claimKey: {
    expression: /^[A-Za-z0-9_.:-]{1,128}$/,
    expected: '1 to 128 characters of A–Z a–z 0–9 _ . : -',
  },
  resource: {
    expression: /^(?=.{1,64}$)[a-z][a-z0-9_]*(:[a-z0-9_]+)?$/,
    expected: '1 to 64 characters of a–z 0–9 _ and at most one colon, beginning with a letter',
  },
  factName: {
    expression: /^[a-z][a-z0-9_]{0,63}$/,
    expected: '1 to 64 characters of a–z 0–9 _, beginning with a letter',
  },
  claimId: {
    expression: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    expected: 'a claim ID (a UUID)',
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

/** The length of a staff member's reason, in characters. It is kept with the claim forever. */
export const REASON_LENGTH = { min: 3, max: 500 } as const;

export function checkReason(reason: string): Fault | null {
  const { min, max } = REASON_LENGTH;
  if ([...reason.trim()].length >= min && [...reason].length <= max) return null;
  return badInput('reason', `must have ${min} to ${max} characters, so that the ledger explains itself`);
}
