/** Planted: the counter of a limit holds the last use and not the sum of all. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'quota-forgotten',
  bug: 'the counter of a limit holds the last use and not the sum of all',
  patches: [
    {
      in: 'kernel',
      find: '          DO UPDATE SET used = k.used + excluded.used;',
      replace: '          DO UPDATE SET used = excluded.used;',
    },
  ],
};

export default mutant;
