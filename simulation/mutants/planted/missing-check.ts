/** Planted: a balance may grow beyond 2^53, and no CHECK stops it. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'missing-check',
  bug: 'a balance may grow beyond 2^53, and no CHECK stops it',
  patches: [
    {
      in: 'kernel',
      find: 'ELSIF posting.delta > 0 AND after > high THEN',
      replace: 'ELSIF posting.delta > 0 AND after > high AND high < 9007199254740991 THEN',
    },
  ],
  sql: 'ALTER DOMAIN onceward.amount DROP CONSTRAINT IF EXISTS amount_is_safe',
};

export default mutant;
