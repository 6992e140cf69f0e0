/** Planted: an operation commits on the zone of its token, whatever zone the player has. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'zones-not-compared',
  bug: 'an operation commits on the zone of its token, whatever zone the player has',
  patches: [
    {
      in: 'kernel',
      find: `RETURN seen IS NULL OR number = 0 OR seen = coalesce(zones, '');`,
      replace: 'RETURN true;',
    },
  ],
};

export default mutant;
