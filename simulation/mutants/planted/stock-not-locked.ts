/** Planted: two players who buy the last unit of a stock at the same time both get it. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'stock-not-locked',
  bug: 'two players who buy the last unit of a stock at the same time both get it',
  reach: 'batches',
  patches: [
    {
      in: 'kernel',
      find: '  IF cardinality(stripes) > 0 THEN\n    PERFORM FROM unnest(stripes)',
      replace: '  IF false THEN\n    PERFORM FROM unnest(stripes)',
    },
  ],
};

export default mutant;
