/** Planted: entries leave a number out from the second on. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'sequence-gap',
  bug: 'entries leave a number out from the second on',
  patches: [
    {
      in: 'kernel',
      find: 'coalesce((sequences->>posting.resource)::bigint, 0)',
      replace: 'coalesce((sequences->>posting.resource)::bigint + 1, 0)',
    },
  ],
};

export default mutant;
