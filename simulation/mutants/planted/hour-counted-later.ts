/** Planted: a breaker counts what is given in the hour after it. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'hour-counted-later',
  bug: 'a breaker counts what is given in the hour after it',
  patches: [
    {
      in: 'kernel',
      find: "  one.hour := date_trunc('hour', state.at, 'UTC');",
      replace: "  one.hour := date_trunc('hour', state.at, 'UTC') + interval '1 hour';",
    },
  ],
};

export default mutant;
