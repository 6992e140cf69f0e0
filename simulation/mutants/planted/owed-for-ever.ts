/** Planted: what was announced stands as owed after it was claimed. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'owed-for-ever',
  bug: 'what was announced stands as owed after it was claimed',
  patches: [
    {
      in: 'kernel',
      find: 'AND o.claim_key = claim.claim_key;',
      replace: 'AND o.claim_key = claim.id::text;',
    },
  ],
};

export default mutant;
