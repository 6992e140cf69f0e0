/** Planted: a lane answers a batch in the reverse order. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'lane-wrong-order',
  bug: 'a lane answers a batch in the reverse order',
  reach: 'lanes',
  patches: [
    {
      in: 'worker',
      find: 'answerTo(each, outcomes[index] as KernelOutcome, configs)',
      replace: 'answerTo(each, outcomes[of.length - 1 - index] as KernelOutcome, configs)',
    },
  ],
};

export default mutant;
