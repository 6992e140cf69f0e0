/** Planted: a transfer locks the giver before the recipient, whatever their numbers are. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'giver-locked-first',
  bug: 'a transfer locks the giver before the recipient',
  reach: 'batches',
  patches: [
    {
      in: 'kernel',
      find: 'PERFORM FROM onceward.actors a WHERE a.no = ANY (players) ORDER BY a.no FOR NO KEY UPDATE;',
      replace: `PERFORM FROM onceward.actors a WHERE a.no = players[1] FOR NO KEY UPDATE;
    PERFORM FROM onceward.actors a WHERE a.no = ANY (players) FOR NO KEY UPDATE;`,
    },
  ],
};

export default mutant;
