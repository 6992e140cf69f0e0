/** Planted: the budget of an award is given back when it is reversed and again when it is reopened. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'given-back-twice',
  bug: 'the budget of an award is given back when it is reversed and again when it is reopened',
  reach: 'batches',
  patches: [
    {
      in: 'kernel',
      find: 'ELSE whole AND budget_returned IS NOT TRUE AND (',
      replace: 'ELSE whole AND (',
    },
  ],
};

export default mutant;
