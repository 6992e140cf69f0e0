/** The only source of randomness: uniform, from the platform's cryptographic generator. No key depends on it. */

const WORDS = 2 ** 32;

/** An integer from 0 to `sides` − 1, each equally likely; `sides` from 1 to 2^32. */
export function fairRoll(sides: number): number {
  if (!(Number.isInteger(sides) && sides >= 1 && sides <= WORDS))
    throw new RangeError(`a die has from 1 to ${WORDS} sides, not ${sides}`);
  // Words beyond the last whole multiple of `sides` would favour low numbers: draw another word instead.
  const fair = WORDS - (WORDS % sides);
  for (;;) {
    const [word] = crypto.getRandomValues(new Uint32Array(1));
    if (word !== undefined && word < fair) return word % sides;
  }
}
