/** Planted: entries are numbered by twos from the second on. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'sequence-gap',
  bug: 'entries are numbered by twos from the second on',
  patches: [
    {
      in: 'kernel',
      find: 'coalesce((sequences->>posting.resource)::bigint, 0) + 1',
      replace: 'coalesce((sequences->>posting.resource)::bigint + 2, 1)',
    },
  ],
};

export default mutant;
