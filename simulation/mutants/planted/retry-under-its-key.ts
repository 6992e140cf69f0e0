/** Planted: a retry of a ranking repeats the refusals. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'retry-under-its-key',
  bug: 'a retry of a ranking repeats the refusals',
  reach: 'ranking',
  patches: [
    {
      in: 'kernel',
      find: "attempt = r.attempt + 1, refused = '{}',",
      replace: "attempt = r.attempt, refused = '{}',",
    },
  ],
};

export default mutant;
