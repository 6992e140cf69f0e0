/** Planted: a single operation locks the staff member before the player. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'wrong-lock-order',
  bug: 'a single operation locks the staff member before the player',
  reach: 'batches',
  patches: [
    {
      in: 'kernel',
      find: `  IF cardinality(ops) = 1 THEN
    PERFORM FROM onceward.actors a WHERE`,
      replace: `  IF cardinality(ops) = 1 THEN
    PERFORM FROM onceward.staff s WHERE s.actor = ANY (staff) ORDER BY s.actor FOR NO KEY UPDATE;
    PERFORM FROM onceward.actors a WHERE`,
    },
  ],
};

export default mutant;
