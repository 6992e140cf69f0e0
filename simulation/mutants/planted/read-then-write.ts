/** Planted: balances are read before the lock and written as they would follow from that. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'read-then-write',
  bug: 'balances are read before the lock and written as they would follow from that',
  patches: [
    {
      in: 'kernel',
      find: `  IF mode_ IS NULL OR mode_ NOT IN ('commit', 'reject', 'lookup')`,
      replace: `  PERFORM set_config('mutant.early', coalesce((SELECT jsonb_object_agg(b.resource, b.amount)::text FROM onceward.balances b
                                                WHERE b.player_id = op->>'playerId'), '{}'), true);
  IF mode_ IS NULL OR mode_ NOT IN ('commit', 'reject', 'lookup')`,
    },
    {
      in: 'kernel',
      find: 'SET amount = b.amount + excluded.amount,',
      replace: `SET amount = coalesce((current_setting('mutant.early')::jsonb->>b.resource)::bigint, 0) + excluded.amount,`,
    },
  ],
};

export default mutant;
