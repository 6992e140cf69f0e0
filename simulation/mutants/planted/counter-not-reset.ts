/** Planted: a counter or streak keeps what it had in an earlier period. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'counter-not-reset',
  bug: 'a counter or streak keeps what it had in an earlier period',
  patches: [
    {
      in: 'kernel',
      find: "coalesce(changed_at, '-infinity') >= reset_before",
      replace: "coalesce(changed_at, '-infinity') >= '-infinity'",
    },
  ],
};

export default mutant;
