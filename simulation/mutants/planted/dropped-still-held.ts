/** Planted: what was held back of a claim stays pending when staff drop the claim. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'dropped-still-held',
  bug: 'what was held back of a claim stays pending when staff drop the claim',
  patches: [
    {
      in: 'kernel',
      find: '       AND resolution.reversed = resolution.target_units\n    RETURNING',
      replace:
        '       AND resolution.reversed = resolution.target_units AND o.held_type IS NULL\n    RETURNING',
    },
  ],
};

export default mutant;
