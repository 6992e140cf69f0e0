/** Planted: a level-up pays for the level before it once more. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'levels-paid-twice',
  bug: 'a level-up pays for the level before it once more',
  patches: [
    {
      in: 'kernel',
      find: 'paid := onceward.held_number(side, rule.paid_resource);',
      replace: 'paid := greatest(onceward.held_number(side, rule.paid_resource) - 1, 0);',
    },
  ],
};

export default mutant;
