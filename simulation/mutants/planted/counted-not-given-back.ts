/** Planted: reopening gives back what a claim recorded, and not what a newer counter had counted of it. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'counted-not-given-back',
  bug: 'reopening does not give back what a newer counter had counted of the claim',
  reach: 'batches',
  patches: [
    {
      in: 'kernel',
      find: 'FROM counted AS c WHERE c.used > 0',
      replace: 'FROM counted AS c WHERE false',
    },
  ],
};

export default mutant;
