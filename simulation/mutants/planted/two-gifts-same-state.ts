/** Planted: two gifts to one player in a call are judged on the same state. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'two-gifts-same-state',
  bug: 'two gifts to one player in a call are judged on the same state',
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
      find: `    state.other := onceward.side_of(subject.other, other.number + 1, other.created_at,
                                    op.resources);
`,
      replace: `    state.other := onceward.side_of(subject.other, other.number + 1, other.created_at,
                                    op.resources);
    state.other.amounts := ARRAY(
      SELECT coalesce((nullif(current_setting('mutant.balances', true), '')::jsonb
                       ->>(subject.other || '/' || held.no))::bigint, 0)
        FROM unnest((state.other).numbers) AS held(no));
`,
    },
  ],
};

export default mutant;
