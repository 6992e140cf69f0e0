/** Planted: what a merge moves to the account stays with the guest as well. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'merge-left-with-guest',
  bug: 'what a merge moves to the account stays with the guest as well',
  reach: 'merge',
  patches: [
    {
      in: 'kernel',
      find: '      FROM unnest(step.moves) AS m WHERE m.cause = 1 AND m.delta <> 0 ORDER BY m.ordinal);',
      replace: '      FROM unnest(step.moves) AS m WHERE m.cause = 1 AND m.delta < 0 ORDER BY m.ordinal);',
    },
  ],
};

export default mutant;
