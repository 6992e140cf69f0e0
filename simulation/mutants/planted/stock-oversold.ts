/** Planted: each stripe of a stock sells the whole stock. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'stock-oversold',
  bug: 'each stripe of a stock sells the whole stock',
  reach: 'batches',
  patches: [
    {
      in: 'kernel',
      find: `CASE u.kind WHEN 'game' THEN g.bound ELSE u.bound END AS bound) AS w`,
      replace: 'u.bound AS bound) AS w',
    },
  ],
};

export default mutant;
