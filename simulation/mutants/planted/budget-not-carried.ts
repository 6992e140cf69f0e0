/** Planted: each operation of a call finds the budget that there was before the call. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'budget-not-carried',
  bug: 'each operation of a call finds the budget that there was before the call',
  reach: 'batches',
  patches: [
    {
      in: 'kernel',
      find: `-- What a staff member has used of a limit on a day.
`,
      replace: `CREATE OR REPLACE FUNCTION onceward.first_seen(name text, value bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  kept text := current_setting('mutant.' || name, true);
BEGIN
  IF kept LIKE pg_current_xact_id()::text || ':%' THEN RETURN split_part(kept, ':', 2)::bigint; END IF;
  PERFORM set_config('mutant.' || name, pg_current_xact_id()::text || ':' || value, true);
  RETURN value;
END $$;

-- What a staff member has used of a limit on a day.
`,
    },
    {
      in: 'kernel',
      find: 'SELECT ROW(2, of_actor, n.no, day, coalesce(k.used, 0), NULL, 0, NULL)::onceward.counter',
      replace: `SELECT ROW(2, of_actor, n.no, day, onceward.first_seen(
             'used_' || coalesce(of_actor, 0) || '_' || n.no, coalesce(k.used, 0)), NULL, 0, NULL)::onceward.counter`,
    },
  ],
};

export default mutant;
