/** Planted: what is claimed once in a season can be claimed before and after it. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'seasonal-claim-always-open',
  bug: 'what is claimed once in a season can be claimed before and after it',
  patches: [{ in: 'worker', find: 'season ? windowOf(season) : null', replace: 'null' }],
};

export default mutant;
