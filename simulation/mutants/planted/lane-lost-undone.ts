/** Planted: a batch without an answer is taken for a batch that was not executed. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'lane-lost-undone',
  bug: 'a batch without an answer is taken for a batch that was not executed',
  reach: 'lanes',
  patches: [
    {
      in: 'worker',
      find: "if (error instanceof LedgerUnavailable) return { kind: 'unavailable', sqlState: error.sqlState };",
      replace: "if (error instanceof LedgerUnavailable) return { kind: 'full' };",
    },
  ],
};

export default mutant;
