/** Planted: what shares a limit has a counter each. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'shared-counter-per-offer',
  bug: 'what shares a limit has a counter each, so that each may use it up',
  patches: [
    {
      in: 'worker',
      find: '    period,\n    // Nothing is left of a season until it ends, and nothing comes after it.\n',
      // The name of the period is a part of the counter.
      replace:
        "    period: sharedLimit === null ? period : { ...period, name: [period.name, claimType].join('/') },\n",
    },
  ],
};

export default mutant;
