/** Planted: a retry of a call grants the list that it names now, and not the one that was recorded. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'changed-list',
  bug: 'a retry of a call grants the list that it names now, and not the one that was recorded',
  reach: 'batches',
  patches: [
    {
      in: 'kernel',
      find: '(known).items::jsonb IS DISTINCT FROM (bulk).items::jsonb',
      replace: 'false',
    },
  ],
};

export default mutant;
