/** Planted: a reversal takes back what regenerated. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'reversal-takes-time',
  bug: 'a reversal takes back what regenerated',
  patches: [
    {
      in: 'kernel',
      find: 'WHERE e.player = of_player AND e.number = of_number AND e.cause IN (1, 6)',
      replace: 'WHERE e.player = of_player AND e.number = of_number',
    },
  ],
};

export default mutant;
