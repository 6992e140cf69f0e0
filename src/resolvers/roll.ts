/** The one source of chance: fair, from the platform's own cryptographic generator. Nothing of it enters a key. */

const WORDS = 2 ** 32;

/** A whole number from 0 to `sides` − 1, each as likely as the others; `sides` from 1 to 2^32. */
export function fairRoll(sides: number): number {
  if (!(Number.isInteger(sides) && sides >= 1 && sides <= WORDS))
    throw new RangeError(`a die has from 1 to ${WORDS} sides, not ${sides}`);
  // Rolls beyond the last whole multiple of `sides` would favour the low numbers: throw again.
  const fair = WORDS - (WORDS % sides);
  for (;;) {
    const [word] = crypto.getRandomValues(new Uint32Array(1));
    if (word !== undefined && word < fair) return word % sides;
  }
}
