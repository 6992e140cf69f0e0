/** Planted: of players who share a rank, the later count those before them out. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'tie-shared-by-fewer',
  bug: 'of players who share a rank, the later count those before them out',
  reach: 'ranking',
  patches: [
    {
      in: 'kernel',
      find: 'LIMIT 1), r.participants + 1) - l.rank)',
      replace: 'LIMIT 1), r.participants + 1) - l.line)',
    },
  ],
};

export default mutant;
