/** Planted: only the first guarantee of a table applies. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'second-guarantee-ignored',
  bug: 'only the first guarantee of a table applies',
  patches: [
    {
      in: 'worker',
      find: '...guarantees.map(({ counter, after, outcomes: guaranteed }) => ({',
      replace: '...guarantees.slice(0, 1).map(({ counter, after, outcomes: guaranteed }) => ({',
    },
  ],
};

export default mutant;
