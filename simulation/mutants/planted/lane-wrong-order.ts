/** Planted: a lane answers a batch in the reverse order. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'lane-wrong-order',
  bug: 'a lane answers a batch in the reverse order',
  reach: 'lanes',
  patches: [
    {
      in: 'worker',
      find: 'answer: texts[index] as string,',
      replace: 'answer: texts[group.length - 1 - index] as string,',
    },
  ],
};

export default mutant;
