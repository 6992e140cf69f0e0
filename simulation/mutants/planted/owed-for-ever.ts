/** Planted: an announced reward stays pending after it was claimed. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'owed-for-ever',
  bug: 'an announced reward stays pending after it was claimed',
  patches: [
    {
      in: 'kernel',
      find: `    DELETE FROM onceward.pending_rewards w
     WHERE w.player = subject.player AND w.claim_type = subject.claim_type
       AND w.claim_key = op.claim_key;`,
      replace: `    DELETE FROM onceward.pending_rewards w
     WHERE w.player = subject.player AND w.claim_type = subject.claim_type
       AND w.claim_key = op.idempotency_key;`,
    },
  ],
};

export default mutant;
