/** Planted: rows of a campaign whose player was busy are not sent again. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'busy-rows-forgotten',
  bug: 'rows of a campaign whose player was busy are not sent again',
  reach: 'campaign',
  patches: [
    {
      in: 'kernel',
      find: '   WHERE NOT onceward.is_final(o.outcome) ORDER BY 1);',
      replace: '   WHERE false ORDER BY 1);',
    },
  ],
};

export default mutant;
