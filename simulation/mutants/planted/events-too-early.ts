/** Planted: the feed of events goes on while an earlier transaction is running, and never shows what that writes. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'events-too-early',
  bug: 'the feed of events goes on while an earlier transaction is running, and never shows what that writes',
  patches: [
    {
      in: 'kernel',
      find: '             p.transaction, p.event, pg_snapshot_xmin(pg_current_snapshot()), at_most) AS e)',
      replace: '             p.transaction, p.event, pg_snapshot_xmax(pg_current_snapshot()), at_most) AS e)',
    },
  ],
};

export default mutant;
