/** Planted: a claim is paid before its counters have reached what it requires. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'threshold-not-checked',
  bug: 'a claim is paid before its counters have reached what it requires',
  patches: [
    {
      in: 'kernel',
      find: 'WHERE c.have < r.at_least',
      replace: 'WHERE c.have < 0',
    },
  ],
};

export default mutant;
