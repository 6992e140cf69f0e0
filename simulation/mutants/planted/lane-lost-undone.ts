/** Planted: a batch without an answer is taken for a batch that was not executed. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'lane-lost-undone',
  bug: 'a batch without an answer is taken for a batch that was not executed',
  reach: 'lanes',
  patches: [
    {
      in: 'worker',
      find: "if (error instanceof LedgerUnavailable) return { kind: 'unavailable', why: error.why };",
      replace: "if (error instanceof LedgerUnavailable) return { kind: 'not_sent' };",
    },
  ],
};

export default mutant;
