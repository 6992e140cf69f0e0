/** Planted: balances are read before the lock, and written as they follow from that. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'read-then-write',
  bug: 'balances are read before the lock, and written as they follow from that',
  patches: [
    {
      in: 'kernel',
      find: `  locked := onceward.lock_subjects(ops, subjects);
`,
      replace: `  PERFORM set_config('mutant.balances', coalesce((
    SELECT jsonb_object_agg(b.player || '/' || b.resource, b.amount)::text FROM onceward.balances b
     WHERE b.player IN (SELECT s.player FROM unnest(subjects) AS s
                        UNION SELECT s.other FROM unnest(subjects) AS s)), '{}'), true);
  locked := onceward.lock_subjects(ops, subjects);
`,
    },
    {
      in: 'kernel',
      find: 'array_agg(coalesce(b.amount, 0)), array_agg(coalesce(b.sequence, 0)),',
      replace: `array_agg(coalesce((nullif(current_setting('mutant.balances', true), '')::jsonb
           ->>(of_player || '/' || n.no))::bigint, 0)), array_agg(coalesce(b.sequence, 0)),`,
    },
  ],
};

export default mutant;
