/** Planted: a lane answers a batch in the reverse order. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'lane-wrong-order',
  bug: 'a lane answers a batch in the reverse order',
  reach: 'lanes',
  patches: [
    {
      in: 'worker',
      find: 'const outcome = outcomes[index] as KernelOutcome;',
      replace: 'const outcome = outcomes[group.length - 1 - index] as KernelOutcome;',
    },
  ],
};

export default mutant;
