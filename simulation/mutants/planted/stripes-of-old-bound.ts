/** Planted: a breaker whose bound was lowered gives from stripes that the old bound left empty. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'stripes-of-old-bound',
  bug: 'a breaker whose bound was lowered gives from stripes that the old bound left empty',
  patches: [
    {
      in: 'kernel',
      find: '          AND s.stripe = nearest AND s.bound = one.bound\n',
      replace: '          AND s.stripe = nearest\n',
    },
    {
      in: 'kernel',
      find: '          AND s.bound = one.bound\n          AND s.used',
      replace: '          AND s.used',
    },
  ],
};

export default mutant;
