/** Planted: a breaker does not count what level-ups give. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'levels-uncounted',
  bug: 'a breaker does not count what level-ups give',
  patches: [
    {
      in: 'kernel',
      find: '    IF move.resource_no = breaker.resource AND move.cause IN (1, 2, 6) THEN',
      replace: '    IF move.resource_no = breaker.resource AND move.cause IN (1, 6) THEN',
    },
  ],
};

export default mutant;
