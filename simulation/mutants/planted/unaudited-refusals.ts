/** Planted: what staff were refused is not audited. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'unaudited-refusals',
  bug: 'what staff were refused is not audited',
  patches: [
    {
      in: 'kernel',
      find: 'PERFORM onceward.write_audit(op, subject, state, NULL);',
      replace: 'NULL;',
    },
  ],
};

export default mutant;
