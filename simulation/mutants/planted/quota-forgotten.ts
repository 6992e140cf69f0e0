/** Planted: a day's quota holds the last use and not the sum of all. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'quota-forgotten',
  bug: "a day's quota holds the last use and not the sum of all",
  patches: [
    {
      in: 'kernel',
      find: 'DO UPDATE SET used = q.used + excluded.used;',
      replace: 'DO UPDATE SET used = excluded.used;',
    },
  ],
};

export default mutant;
