/** Planted: what does not fit under a ceiling is lost instead of converted. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'excess-lost',
  bug: 'what does not fit under a ceiling is lost instead of converted',
  patches: [
    {
      in: 'kernel',
      find: 'IF (posting.converts).resource IS NOT NULL AND after - held < posting.delta THEN',
      replace: 'IF false THEN',
    },
  ],
};

export default mutant;
