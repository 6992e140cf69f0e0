/** Planted: the economy is rolled up past transactions that are still running, whose claims it then never contains. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'economy-misses-running',
  bug: 'the economy is rolled up past transactions that are still running',
  patches: [
    {
      in: 'kernel',
      find: `           rolled.transaction, rolled.event, pg_snapshot_xmin(seen), many) AS e;
`,
      replace: `           rolled.transaction, rolled.event, pg_snapshot_xmax(seen), many) AS e;
`,
    },
  ],
};

export default mutant;
