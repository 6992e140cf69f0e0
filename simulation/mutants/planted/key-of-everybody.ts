/** Planted: an idempotency key is looked up without its player. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'key-of-everybody',
  bug: 'an idempotency key is looked up without its player',
  patches: [
    {
      in: 'kernel',
      find: `           (SELECT true FROM onceward.reward_claims c
             WHERE c.player = a.no AND c.idempotency_key = op.idempotency_key),`,
      replace: `           (SELECT true FROM onceward.reward_claims c
             WHERE c.idempotency_key = op.idempotency_key LIMIT 1),`,
    },
    {
      in: 'kernel',
      find: `  SELECT * INTO claim FROM onceward.reward_claims c
   WHERE c.player = of_player AND c.idempotency_key = op.idempotency_key;`,
      replace: `  SELECT * INTO claim FROM onceward.reward_claims c
   WHERE c.idempotency_key = op.idempotency_key LIMIT 1;`,
    },
  ],
};

export default mutant;
