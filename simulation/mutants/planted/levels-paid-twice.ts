/** Planted: a level-up pays for the level before it once more. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'levels-paid-twice',
  bug: 'a level-up pays for the level before it once more',
  patches: [
    {
      in: 'kernel',
      find: 'paid := coalesce(side.amounts[counter], 0);',
      replace: 'paid := greatest(coalesce(side.amounts[counter], 0) - 1, 0);',
    },
  ],
};

export default mutant;
