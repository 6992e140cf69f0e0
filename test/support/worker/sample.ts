/** `npm test` takes a part of what multiplies, chosen by the seed; `npm run test:long` takes all. */
import { inject } from 'vitest';

/** One of every `every` cases. Lists whose `shift` differs take different ones. */
export function sampleOf<T>(cases: readonly T[], every: number, shift = 0): readonly T[] {
  if (inject('isLongRun')) return cases;
  return cases.filter((_, at) => (at + shift + inject('fuzzSeed')) % every === 0);
}
