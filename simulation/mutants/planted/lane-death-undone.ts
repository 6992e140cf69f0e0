/** Planted: a lane that ended is taken for a lane that did nothing. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'lane-death-undone',
  bug: 'a lane that ended is taken for a lane that did nothing',
  reach: 'lanes',
  patches: [
    {
      in: 'worker',
      find: 'throw new LedgerUnavailable(`no answer of lane',
      replace: 'if (lane >= 0) throw new NotSent();\n    throw new LedgerUnavailable(`no answer of lane',
    },
  ],
};

export default mutant;
