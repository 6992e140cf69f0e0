/** Planted: two operations of one player in a call are judged on the same state. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'same-state',
  bug: 'two operations of one player in a call are judged on the same state',
  reach: 'batches',
  patches: [
    {
      in: 'kernel',
      find: `  locked := onceward.lock_subjects(ops, subjects);
`,
      replace: `  locked := onceward.lock_subjects(ops, subjects);
  PERFORM set_config('mutant.balances', coalesce((
    SELECT jsonb_object_agg(b.player || '/' || b.resource, b.amount)::text FROM onceward.balances b
     WHERE b.player IN (SELECT s.player FROM unnest(subjects) AS s
                        UNION SELECT s.other FROM unnest(subjects) AS s)), '{}'), true);
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
