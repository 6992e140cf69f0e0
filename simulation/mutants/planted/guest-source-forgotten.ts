/** Planted: a source that a guest has used pays the account again. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'guest-source-forgotten',
  bug: 'a source that a guest has used pays the account again',
  reach: 'merge',
  patches: [
    {
      in: 'kernel',
      find: '  IF cardinality(op.source_keys) > 0 THEN\n    FOREACH guest IN ARRAY state.guests LOOP',
      replace: '  IF false THEN\n    FOREACH guest IN ARRAY state.guests LOOP',
    },
  ],
};

export default mutant;
