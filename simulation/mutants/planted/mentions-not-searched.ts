/** Planted: what was written about others keeps the ID of a player who is erased. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'mentions-not-searched',
  bug: 'what was written about others keeps the ID of a player who is erased',
  reach: 'erasure',
  patches: [
    {
      in: 'kernel',
      find: "     WHERE r.rule IN ('text', 'mention') ORDER BY 1)",
      replace: "     WHERE r.rule IN ('none') ORDER BY 1)",
    },
  ],
};

export default mutant;
