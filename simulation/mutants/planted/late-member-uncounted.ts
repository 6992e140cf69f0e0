/** Planted: a shared limit does not count what the other types had used before they joined it. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'late-member-uncounted',
  bug: 'a shared limit does not count what the other types had used before they joined it',
  reach: 'batches',
  patches: [
    {
      in: 'kernel',
      find: 'n.name = ANY (shares_with || uncounted.claim_type)',
      replace: 'n.name = uncounted.claim_type',
    },
  ],
};

export default mutant;
