/** Planted: a reward that expires does not become what was announced for that case. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'expiry-gives-nothing',
  bug: 'a reward that expires does not become what was announced for that case',
  patches: [
    {
      in: 'kernel',
      find: `op.postings := coalesce(plan.on_expiry, '{}');`,
      replace: `op.postings := '{}';`,
    },
  ],
};

export default mutant;
