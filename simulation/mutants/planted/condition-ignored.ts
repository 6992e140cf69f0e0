/** Planted: what an offer requires of the player is not checked. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'condition-ignored',
  bug: 'what an offer requires of the player is not checked',
  patches: [
    {
      in: 'worker',
      find: 'const unmet = unmetConditions(rule.conditions, { ...player, quantity });',
      replace: 'const unmet: string[] = [];',
    },
  ],
};

export default mutant;
