/** Planted: a code can be redeemed before it opens and after it is closed. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'code-never-closes',
  bug: 'a code can be redeemed before it opens and after it is closed',
  patches: [
    {
      in: 'kernel',
      find: `WHEN state.at < resolution.opens_at OR state.at >= resolution.closes_at THEN 'window'`,
      replace: "WHEN false THEN 'window'",
    },
  ],
};

export default mutant;
