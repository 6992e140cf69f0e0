/** Planted: a migration takes what is written meanwhile for events of a restored dump, and moves all events behind their readers. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'outbox-adopted-under-load',
  bug: 'a migration under load takes the outbox for that of a restored dump, and moves it behind its readers',
  patches: [
    {
      in: 'kernel',
      find: `  rolled onceward.economy_roll_up;
BEGIN
  PERFORM FROM onceward.economy_roll_up FOR UPDATE;
`,
      replace: `  ahead  CONSTANT xid8 := pg_snapshot_xmax(pg_current_snapshot());
  rolled onceward.economy_roll_up;
BEGIN
  PERFORM FROM onceward.economy_roll_up FOR UPDATE;
`,
    },
    {
      in: 'kernel',
      find: `   WHERE greatest(r.transaction, r.below, r.next_below) > pg_snapshot_xmax(pg_current_snapshot())
      OR EXISTS (SELECT FROM onceward.outbox o
                  WHERE o.transaction > pg_snapshot_xmax(pg_current_snapshot()));
`,
      replace: `   WHERE greatest(r.transaction, r.below, r.next_below) > ahead
      OR EXISTS (SELECT FROM onceward.outbox o WHERE o.transaction > ahead);
`,
    },
  ],
};

export default mutant;
