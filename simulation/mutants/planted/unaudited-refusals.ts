/** Planted: what staff were refused is not audited. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'unaudited-refusals',
  bug: 'what staff were refused is not audited',
  patches: [
    {
      in: 'kernel',
      find: `  IF check_ IS NOT NULL THEN
    INSERT INTO onceward.audit_events`,
      replace: `  IF check_ IS NOT NULL AND verdict.rejection IS NULL THEN
    INSERT INTO onceward.audit_events`,
    },
  ],
};

export default mutant;
