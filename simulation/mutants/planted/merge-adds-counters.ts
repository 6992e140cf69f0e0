/** Planted: a merge adds up counters instead of keeping the higher. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'merge-adds-counters',
  bug: 'a merge adds up counters instead of keeping the higher',
  reach: 'merge',
  patches: [
    {
      in: 'kernel',
      find: '    CONTINUE WHEN theirs <= held;\n    given := array_append(given, ROW(\n      counter.resource, theirs - held,',
      replace:
        '    CONTINUE WHEN theirs = 0;\n    given := array_append(given, ROW(\n      counter.resource, theirs,',
    },
  ],
};

export default mutant;
