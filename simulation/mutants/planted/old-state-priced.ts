/** Planted: a price that follows from the player is charged although the player has changed since it was computed. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'old-state-priced',
  bug: 'a formula over the player is decided on old state: its operation commits after the player has changed',
  patches: [{ in: 'kernel', find: '    AND (op.decided_on = state.number) IS NOT FALSE\n', replace: '' }],
};

export default mutant;
