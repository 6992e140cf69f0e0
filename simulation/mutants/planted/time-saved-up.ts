/** Planted: what would have regenerated while a balance was full comes afterwards. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'time-saved-up',
  bug: 'what would have regenerated while a balance was full comes afterwards',
  patches: [
    {
      in: 'kernel',
      find: '      anchor := greatest(anchor, ends);',
      replace: '      anchor := CASE WHEN every IS NULL THEN greatest(anchor, ends) ELSE anchor END;',
    },
  ],
};

export default mutant;
