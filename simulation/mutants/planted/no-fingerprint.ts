/** Planted: a known key is replayed whatever the input. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'no-fingerprint',
  bug: 'a known key is replayed whatever the input',
  patches: [
    {
      in: 'kernel',
      find: 'IF claim.fingerprint <> op.fingerprint THEN',
      replace: 'IF false THEN',
    },
  ],
};

export default mutant;
