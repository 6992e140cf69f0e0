/** Planted: the business claim is neither looked up nor unique. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'no-business-claim',
  bug: 'the business claim is neither looked up nor unique',
  patches: [
    {
      in: 'kernel',
      find: 'WHEN state.earlier IS NOT NULL AND state.reopened IS NOT TRUE',
      replace: 'WHEN false',
    },
  ],
  sql: 'ALTER TABLE onceward.reward_claims DROP CONSTRAINT IF EXISTS reward_claims_granted_once',
};

export default mutant;
