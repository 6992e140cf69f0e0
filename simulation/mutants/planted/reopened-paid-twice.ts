/** Planted: a claim that was reopened once can be made again and again. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'reopened-paid-twice',
  bug: 'a claim that was reopened once can be made again and again',
  patches: [
    {
      in: 'kernel',
      find: `-- its parts are numbered (04_reversals.sql)
             ORDER BY c.generation DESC LIMIT 1),`,
      replace: `-- its parts are numbered (04_reversals.sql)
             ORDER BY c.generation LIMIT 1),`,
    },
  ],
  sql: 'ALTER TABLE onceward.reward_claims DROP CONSTRAINT IF EXISTS reward_claims_granted_once',
};

export default mutant;
