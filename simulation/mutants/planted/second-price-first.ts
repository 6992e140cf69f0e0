/** Planted: the second price is taken although the player has the first. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'second-price-first',
  bug: 'the second price is taken although the player has the first',
  patches: [
    {
      in: 'worker',
      find: 'atLeast: resourceRule(rules, resource).floor - delta',
      replace: 'atLeast: resourceRule(rules, resource).floor - 3 * delta',
    },
  ],
};

export default mutant;
