/** Planted: an idempotency key is looked up without its player. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'key-of-everybody',
  bug: 'an idempotency key is looked up without its player',
  patches: [
    {
      in: 'kernel',
      find: 'c.player_id = player_id_ AND c.idempotency_key = key_',
      replace: 'c.idempotency_key = key_',
      everywhere: true,
    },
  ],
};

export default mutant;
