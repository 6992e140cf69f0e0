/** Planted: balances are read before the lock and written as they were computed. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'read-then-write',
  bug: 'balances are read before the lock and written as they were computed',
  patches: [
    {
      in: 'kernel',
      find: '  balances_  jsonb;',
      replace: `  early jsonb := (SELECT coalesce(jsonb_object_agg(b.resource, b.amount), '{}') FROM onceward.balances b WHERE b.player_id = op->>'playerId');
  balances_  jsonb;`,
    },
    {
      in: 'kernel',
      find: `SELECT coalesce(jsonb_object_agg(b.resource, b.amount), '{}'), coalesce(jsonb_object_agg(b.resource, b.last_sequence), '{}')`,
      replace: `SELECT early, coalesce(jsonb_object_agg(b.resource, b.last_sequence), '{}')`,
    },
    {
      in: 'kernel',
      find: 'SET amount = b.amount + excluded.amount,',
      replace: 'SET amount = (balances_->>b.resource)::bigint,',
    },
  ],
};

export default mutant;
