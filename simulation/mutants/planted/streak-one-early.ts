/** Planted: a streak pays what it would pay one period later. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'streak-one-early',
  bug: 'a streak pays what it would pay one period later',
  patches: [
    {
      in: 'worker',
      find: 'when: [{ resource: streak, atLeast: from }]',
      replace: 'when: [{ resource: streak, atLeast: from - 1 }]',
    },
  ],
};

export default mutant;
