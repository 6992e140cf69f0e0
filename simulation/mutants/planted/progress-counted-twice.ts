/** Planted: a claim advances its counters twice. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'progress-counted-twice',
  bug: 'a claim advances its counters twice',
  patches: [
    {
      in: 'kernel',
      find: `op.postings || op.advances, 1, rules, state.at);
  IF cardinality(op.choices) > 0`,
      replace: `op.postings || op.advances || op.advances, 1, rules, state.at);
  IF cardinality(op.choices) > 0`,
    },
  ],
};

export default mutant;
