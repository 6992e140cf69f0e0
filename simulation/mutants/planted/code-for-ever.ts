/** Planted: a player can redeem a code as often as it has uses. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'code-for-ever',
  bug: 'a player can redeem a code as often as it has uses',
  patches: [
    {
      in: 'kernel',
      find: `batch.id || '/' || code.ordinal, batch.per_player);`,
      replace: "batch.id || '/' || code.ordinal, 1000);",
    },
  ],
};

export default mutant;
