/** Planted: a reversal takes back what had come back with time. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'reversal-takes-time',
  bug: 'a reversal takes back what had come back with time',
  patches: [
    {
      in: 'kernel',
      find: `WHERE l.cause = 'operation' AND l.counters = 0`,
      replace: 'WHERE l.counters = 0',
    },
  ],
};

export default mutant;
