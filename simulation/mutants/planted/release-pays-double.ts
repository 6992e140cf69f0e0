/** Planted: what was held back is paid twice over when it is released. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'release-pays-double',
  bug: 'what was held back is paid twice over when it is released',
  patches: [
    {
      in: 'kernel',
      find: '  op.postings := plan.postings;\n  -- What it requires',
      replace:
        "  op.postings := plan.postings || CASE WHEN pending.is_held THEN plan.postings ELSE '{}' END;\n  -- What it requires",
    },
  ],
};

export default mutant;
