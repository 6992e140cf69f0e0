/** Planted: what has no player belongs to all actors of a kind together. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'actors-share-a-key',
  bug: 'two actors share a key: what has no player belongs to all actors of a kind together',
  reach: 'batches',
  patches: [
    {
      in: 'kernel',
      find: 'WHERE a.id::text = coalesce(op.player, op.actor_id)\n',
      replace: `WHERE a.id::text = coalesce(op.player, (
        SELECT min(o.id) FROM onceward.actors o WHERE o.kind = onceward.kind_number(op.actor_kind)
          AND o.id LIKE left(op.actor_id, -1) || '%'))\n`,
    },
    {
      in: 'kernel',
      find: '(state.id = coalesce(op.player, op.actor_id) OR subject.player IS NULL)',
      replace: '(state.id = op.player OR op.player IS NULL OR subject.player IS NULL)',
    },
    {
      in: 'kernel',
      find: 'AND state.id <> coalesce(op.player, op.actor_id) OR',
      replace: 'AND state.id <> op.player OR',
    },
  ],
};

export default mutant;
