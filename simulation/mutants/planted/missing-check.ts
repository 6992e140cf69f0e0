/** Planted: a balance may grow beyond 2^53, and no CHECK stops it. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'missing-check',
  bug: 'a balance may grow beyond 2^53, and no CHECK stops it',
  patches: [
    {
      in: 'kernel',
      find: 'max_amount CONSTANT bigint := 9007199254740991;',
      replace: 'max_amount CONSTANT bigint := 9223372036854775807;',
    },
  ],
  sql: 'ALTER DOMAIN onceward.amount DROP CONSTRAINT IF EXISTS amount_is_safe',
};

export default mutant;
