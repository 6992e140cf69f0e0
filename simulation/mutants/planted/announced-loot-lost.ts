/** Planted: what was rolled for an announced reward is not paid with it. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'announced-loot-lost',
  bug: 'what was rolled for an announced reward is not paid with it',
  patches: [
    {
      in: 'kernel',
      find: `op.choices := plan.choices;
  op.counterparty_postings := '{}';`,
      replace: `op.choices := '{}';
  op.counterparty_postings := '{}';`,
    },
  ],
};

export default mutant;
