/** The only source of randomness: uniform, from the platform's cryptographic generator. No key depends on it. */
import type { Roll } from '../domain/draw.ts';

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

/**
 * The dice of one request. Each call begins again at the first die: a request that is decided again, because the config, the day or
 * the player changed, finds the same numbers. A die is rolled again only where it has other sides.
 */
export function requestDice(roll: Roll = fairRoll): () => Roll {
  const rolled: { readonly sides: number; readonly value: number }[] = [];
  return () => {
    let place = 0;
    return (sides, table) => {
      const known = rolled[place];
      const value = known?.sides === sides ? known.value : roll(sides, table);
      rolled[place] = { sides, value };
      place += 1;
      return value;
    };
  };
}
