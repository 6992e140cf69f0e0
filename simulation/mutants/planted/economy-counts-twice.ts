/** Planted: two runs of the schedule roll up the same claims, because neither locks the position. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'economy-counts-twice',
  bug: 'two runs of the schedule roll up the same claims',
  patches: [
    {
      in: 'kernel',
      find: `  SELECT * INTO rolled FROM onceward.economy_roll_up FOR UPDATE SKIP LOCKED;
`,
      replace: `  SELECT * INTO rolled FROM onceward.economy_roll_up;
`,
    },
  ],
};

export default mutant;
