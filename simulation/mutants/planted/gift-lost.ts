/** Planted: what is transferred leaves one player and does not reach the other. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'gift-lost',
  bug: 'what is transferred leaves one player and does not reach the other',
  patches: [
    {
      in: 'kernel',
      find: 'THEN onceward.write_moves(array_cat(verdict.moves, verdict.other_moves)) END;',
      replace: 'THEN onceward.write_moves(verdict.moves) END;',
    },
  ],
};

export default mutant;
