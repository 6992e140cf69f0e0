/** Planted: two claims that need the last room of a breaker both get it. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'bound-not-locked',
  bug: 'two claims that need the last room of a breaker both get it',
  patches: [
    {
      in: 'kernel',
      find: '    PERFORM FROM onceward.breaker_counters c\n      WHERE c.limit = one.limit_no AND c.subject = one.subject AND c.hour = one.hour\n      ORDER BY c.stripe FOR NO KEY UPDATE;\n',
      replace: '    NULL;\n',
    },
  ],
};

export default mutant;
