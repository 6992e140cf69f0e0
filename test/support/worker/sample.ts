/** `npm test` takes a part of what multiplies, chosen by the seed; `npm run test:long` takes all. */
import { env } from 'cloudflare:workers';
import { inject } from 'vitest';

/** Through lanes the same tests run a second time, so each takes fewer cases there. */
const PATHS = env.COMMIT_THROUGH === 'lanes' ? 2 : 1;

/** One of every `every` cases, through lanes one of twice as many. Lists whose `shift` differs take different ones. */
export function sampleOf<T>(cases: readonly T[], every: number, shift = 0): readonly T[] {
  if (inject('isLongRun')) return cases;
  return cases.filter((_, at) => (at + shift + inject('fuzzSeed')) % (every * PATHS) === 0);
}
