/** Planted: the featured outcome is not certain after another one. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'featured-not-certain',
  bug: 'the featured outcome is not certain after another one',
  patches: [
    {
      in: 'worker',
      find: 'when: [...when, ...inner.when],',
      replace: 'when: [...when, ...inner.when.map((one) => ({ ...one, atLeast: one.atLeast + 1 }))],',
    },
  ],
};

export default mutant;
