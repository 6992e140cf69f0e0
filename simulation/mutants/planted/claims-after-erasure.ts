/** Planted: a claim that waited for an erasure is made under the number of the player who is erased. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'claims-after-erasure',
  bug: 'a claim that waited for an erasure is made under the number of the player who is erased',
  reach: 'erasure',
  patches: [
    {
      in: 'kernel',
      find: '    AND (state.id = coalesce(op.player, op.actor_id) OR subject.player IS NULL)\n',
      replace: '',
    },
  ],
};

export default mutant;
