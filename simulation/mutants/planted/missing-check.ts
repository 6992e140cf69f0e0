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
  sql: `ALTER TABLE onceward.balances DROP CONSTRAINT IF EXISTS balances_amount_is_safe;
ALTER TABLE onceward.ledger_entries DROP CONSTRAINT ledger_entries_after_is_safe, DROP CONSTRAINT ledger_entries_before_is_safe`,
};

export default mutant;
