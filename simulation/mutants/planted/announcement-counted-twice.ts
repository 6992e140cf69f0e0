/** Planted: an announcement uses its limits twice. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'announcement-counted-twice',
  bug: 'an announcement uses its limits twice',
  reach: 'batches',
  patches: [
    {
      in: 'kernel',
      find: 'VALUES (use.subject, use.used + use.base, use.limit_no,',
      replace: `VALUES (use.subject, use.used * CASE op.source WHEN 'announcement' THEN 2 ELSE 1 END + use.base, use.limit_no,`,
    },
  ],
};

export default mutant;
