/** Planted: what is transferred leaves one player and does not reach the other. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'gift-lost',
  bug: 'what is transferred leaves one player and does not reach the other',
  patches: [
    {
      in: 'kernel',
      find: 'moves := moves || other_moves.moves;',
      replace: 'moves := moves;',
    },
  ],
};

export default mutant;
