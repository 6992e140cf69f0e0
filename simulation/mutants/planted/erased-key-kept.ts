/** Planted: claims keep idempotency keys that name a player who is erased. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'erased-key-kept',
  bug: 'claims keep idempotency keys that name a player who is erased',
  reach: 'erasure',
  patches: [
    {
      in: 'kernel',
      find: "    ('reward_claims', 'digest', 'claim_key idempotency_key'),",
      replace:
        "    ('reward_claims', 'digest', 'claim_key'),\n    ('reward_claims', 'keep', 'idempotency_key'),",
    },
  ],
};

export default mutant;
