/** Planted: an undo reverses the oldest claims of a player first. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'undo-oldest-first',
  bug: 'an undo reverses the oldest claims of a player first',
  reach: 'undo',
  patches: [
    {
      in: 'kernel',
      find: 'row_number() OVER (ORDER BY c.player, c.number DESC), c.player::bigint,',
      replace: 'row_number() OVER (ORDER BY c.player, c.number), c.player::bigint,',
    },
  ],
};

export default mutant;
