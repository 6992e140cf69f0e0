/** Planted: floors are not looked at: points are spent that nobody has. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'no-floor',
  bug: 'floors are not looked at: points are spent that nobody has',
  patches: [
    {
      in: 'kernel',
      find: 'low := coalesce(posting.floor, -max_amount);',
      replace: 'low := -max_amount;',
    },
  ],
};

export default mutant;
