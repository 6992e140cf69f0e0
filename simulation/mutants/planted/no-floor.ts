/** Planted: floors are ignored: points are spent that nobody has. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'no-floor',
  bug: 'floors are ignored: points are spent that nobody has',
  patches: [
    {
      in: 'kernel',
      find: 'IF posting.delta < 0 AND after < posting.floor THEN',
      replace: 'IF posting.delta < 0 AND after < posting.floor AND posting.clamp THEN',
    },
  ],
};

export default mutant;
