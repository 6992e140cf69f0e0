/** Planted: a guest that was merged still claims and buys. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'merged-guest-acts',
  bug: 'a guest that was merged still claims and buys',
  reach: 'merge',
  patches: [
    {
      in: 'kernel',
      find: "    WHEN state.merged_into IS NOT NULL THEN 'merged'\n",
      replace: "    WHEN state.merged_into IS NOT NULL AND op.source <> 'postings' THEN 'merged'\n",
    },
  ],
};

export default mutant;
