/**
 * The form of codes: Crockford's base32 characters, the last of which checks the others. So a typo is no guess.
 */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** As it is printed. */
const GROUP = /.{1,4}/g;

/** Of a code, with the check character. Random ones have 17. */
const LENGTH = { min: 7, max: 25 } as const;

const CHARACTERS = 'characters of 0–9 A–Z without I L O U';
export const CODE_FORM = `a code as it was printed: ${LENGTH.min} to ${LENGTH.max} ${CHARACTERS}, the last of which checks the others; case and dashes do not matter`;
/** Of a text that somebody chose, to which the check character is added. */
export const CODE_TEXT_FORM = `${LENGTH.min - 1} to ${LENGTH.max - 1} ${CHARACTERS}; case and dashes do not matter`;

/** The code in upper case without dashes; undefined: not a code. Letters that look like digits are read as these. */
export function parseCode(text: string): string | undefined {
  const code = charactersOf(text);
  const isWhole = code.length >= LENGTH.min && code.length <= LENGTH.max;
  return isWhole && checksum(code) === 0 ? code : undefined;
}

/** The text with its check character. */
export function withCheckCharacter(text: string): string {
  const characters = charactersOf(text);
  // The check character moves the others up by one place, which doubles them.
  return `${characters}${ALPHABET[double(checksum(characters))]}`;
}

function charactersOf(text: string): string {
  return text.replaceAll('-', '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
}

/** Ten bytes as 16 characters of 5 bits. */
export function codeCharacters(bytes: Iterable<number>): string {
  let bits = 0n;
  let length = 0;
  for (const byte of bytes) {
    bits = (bits << 8n) | BigInt(byte);
    length += 8;
  }
  const digits = bits.toString(32).padStart(length / 5, '0');
  return [...digits].map((digit) => ALPHABET[Number.parseInt(digit, 32)]).join('');
}

export function printedCode(code: string): string {
  return code.match(GROUP)?.join('-') ?? '';
}

/**
 * A polynomial over GF(32) whose place values are powers of 2. No two of 31 places have the same one, so a wrong character, or two that
 * are exchanged, never pass. NaN: a character is not one of the alphabet.
 */
function checksum(characters: string): number {
  let sum = 0;
  for (const character of characters) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return Number.NaN;
    sum = double(sum) ^ value;
  }
  return sum;
}

function double(value: number): number {
  const doubled = value << 1;
  return doubled > 31 ? doubled ^ 0b100101 : doubled;
}
