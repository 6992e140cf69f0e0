/** Planted: the business claim is neither looked up nor unique. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'no-business-claim',
  bug: 'the business claim is neither looked up nor unique',
  patches: [
    {
      in: 'kernel',
      find: `AND c.claim_key = op->>'claimKey' AND c.outcome = 'granted';`,
      replace: `AND c.claim_key = op->>'claimKey' AND c.outcome = 'never';`,
    },
  ],
  sql: 'DROP INDEX IF EXISTS onceward.reward_claims_granted_once',
};

export default mutant;
