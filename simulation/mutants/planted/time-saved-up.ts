/** Planted: what would have come back while a balance was full comes back afterwards. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'time-saved-up',
  bug: 'what would have come back while a balance was full comes back afterwards',
  patches: [
    {
      in: 'kernel',
      find: 'make_interval(secs => ticks * every_) ELSE moment END;',
      replace: 'make_interval(secs => ticks * every_) ELSE counted_from END;',
    },
    {
      in: 'kernel',
      find: 'IF regenerated = room THEN since := moment; END IF;',
      replace: 'NULL;',
    },
  ],
};

export default mutant;
