/** Planted: the account is paid for keys that a guest has claimed. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'guest-claims-forgotten',
  bug: 'the account is paid for keys that a guest has claimed',
  reach: 'merge',
  patches: [
    {
      in: 'kernel',
      find: "  IF op.source NOT IN ('reversal', 'merge') AND state.pending IS NOT TRUE\n",
      replace: "  IF op.source NOT IN ('reversal', 'merge') AND state.pending IS TRUE\n",
    },
  ],
};

export default mutant;
