/**
 * The public ID of a claim, written again from its definition: the ten bytes of the player's handle as sixteen base32 characters,
 * then the claim's number in the same alphabet, without leading zeros.
 */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const HANDLE_CHARACTERS = 16;
const BITS = 5n;

/** `handle`: 20 hex digits. */
export function claimIdOf(handle: string, number: number): string {
  return base32(BigInt(`0x${handle}`)).padStart(HANDLE_CHARACTERS, '0') + base32(BigInt(number));
}

/** The number in a claim ID; 0: it is not one. */
export function numberIn(claimId: string): number {
  let number = 0;
  for (const character of claimId.slice(HANDLE_CHARACTERS)) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return 0;
    number = number * ALPHABET.length + digit;
  }
  return number;
}

function base32(value: bigint): string {
  let text = '';
  for (let left = value; left > 0n; left >>= BITS) text = ALPHABET[Number(left & 31n)] + text;
  return text;
}

/** The claim that a reversal takes back: the keys of its later parts end with the number of the part. */
export function targetOf({ key }: { readonly key: string }): string {
  return key.split('/')[0] ?? key;
}
