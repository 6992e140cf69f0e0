/** Idempotency keys as clients make them: every length that is allowed, every character, and unique by the name in them. */
import type { Random } from '../random.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-';
const SHORTEST = 16;
const LONGEST = 128;

export function drawKey(random: Random, name: string): string {
  const length = random.weighted([
    [8, 36],
    [1, SHORTEST],
    [1, LONGEST],
  ]);
  return `${name}:${random.text(ALPHABET, Math.max(length - name.length - 1, 1))}`;
}
