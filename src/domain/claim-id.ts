/**
 * Claim IDs: what the outside sees of a claim, which is a player and a number inside. An ID is the player's random handle of ten
 * bytes in 16 characters of Crockford's base32, then the number in the same base32 without leading zeros.
 */

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ONE = `[${ALPHABET}]`;
const HANDLE_LENGTH = 16;
/** Postgres's integer. */
const MAX_NUMBER = 2 ** 31 - 1;

/** At most seven digits, of which MAX_NUMBER is one: `parseClaimId` checks the bound. */
export const CLAIM_ID = new RegExp(`^${ONE}{${HANDLE_LENGTH}}(?!0)${ONE}{1,7}$`, 'i');

/** What a claim ID stands for. */
export interface ParsedClaimId {
  /** The player's handle: 20 hex digits in lower case. */
  readonly handle: string;
  /** From 1. */
  readonly number: number;
}

export function encodeClaimId(handle: string, number: number): string {
  // Five hex digits have the 20 bits of four characters.
  const groups = handle.match(/.{5}/g) ?? [];
  return [...groups.map((hex) => base32(Number.parseInt(hex, 16)).padStart(4, '0')), base32(number)].join('');
}

/** Null: the text is not a claim ID. Upper case is accepted. */
export function parseClaimId(text: string): ParsedClaimId | null {
  if (!CLAIM_ID.test(text)) return null;
  const characters = text.toLowerCase();
  const number = fromBase32(characters.slice(HANDLE_LENGTH));
  if (number > MAX_NUMBER) return null;
  const groups = characters.slice(0, HANDLE_LENGTH).match(/.{4}/g) ?? [];
  return { handle: groups.map((group) => fromBase32(group).toString(16).padStart(5, '0')).join(''), number };
}

function base32(value: number): string {
  const digits = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 32)) digits.unshift(ALPHABET[rest % 32]);
  return digits.join('');
}

function fromBase32(text: string): number {
  return [...text].reduce((value, character) => value * 32 + ALPHABET.indexOf(character), 0);
}
