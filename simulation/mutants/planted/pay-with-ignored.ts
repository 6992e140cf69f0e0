/** Planted: the price that a request names is not the one that is taken. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'pay-with-ignored',
  bug: 'the first price that the player has is taken, although the request names another',
  patches: [
    {
      in: 'worker',
      find: '.filter(({ paidWith }) => payWith === null || payWith === paidWith)',
      replace: '.filter(() => payWith !== -1)',
    },
  ],
};

export default mutant;
