/** Planted: each unit of a resource counts one against the limits of staff, whatever its value. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'value-ignored',
  bug: 'each unit of a resource counts one against the limits of staff, whatever its value',
  patches: [
    {
      in: 'kernel',
      find: 'sum(g.amount * v.value)',
      replace: 'sum(g.amount * sign(v.value))',
    },
  ],
};

export default mutant;
