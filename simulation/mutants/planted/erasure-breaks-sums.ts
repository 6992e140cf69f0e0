/** Planted: an erasure changes a balance and not its entries. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'erasure-breaks-sums',
  bug: 'an erasure changes a balance and not its entries',
  reach: 'erasure',
  patches: [
    {
      in: 'kernel',
      find: '  UPDATE onceward.actors a\n     SET id = erasure.new_id,',
      replace:
        '  UPDATE onceward.balances b SET amount = b.amount::bigint + 1 WHERE b.player = player.no;\n  UPDATE onceward.actors a\n     SET id = erasure.new_id,',
    },
  ],
};

export default mutant;
