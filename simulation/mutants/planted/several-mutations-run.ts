/** Planted: a document with several mutations is executed. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'several-mutations-run',
  bug: 'a document with several mutations is executed',
  patches: [
    {
      in: 'worker',
      find: 'operations > 1 && kind === OperationTypeNode.MUTATION',
      replace: 'operations < 0',
    },
  ],
};

export default mutant;
