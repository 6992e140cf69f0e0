/** Planted: a reward that expires keeps what its announcement had used of limits. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'expired-use-kept',
  bug: 'a reward that expires keeps what its announcement had used of limits',
  patches: [
    {
      in: 'kernel',
      find: 'FROM unnest(onceward.announced_uses(pending.plan)) AS u);',
      replace: 'FROM unnest(onceward.announced_uses(pending.plan)) AS u WHERE false);',
    },
  ],
};

export default mutant;
