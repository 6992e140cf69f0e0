/** Planted: what staff take does not count against the limit of their day. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'takings-not-counted',
  bug: 'what staff take does not count against the limit of their day',
  patches: [
    {
      in: 'kernel',
      find: "AND (op).permission = 'reward:take' GROUP BY",
      replace: 'AND false GROUP BY',
    },
  ],
};

export default mutant;
