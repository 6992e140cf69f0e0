/** Planted: others give a frozen player something. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'frozen-takes-gifts',
  bug: 'others give a frozen player something',
  patches: [
    { in: 'kernel', find: 'other.accepts_gifts AND other.frozen_at IS NULL', replace: 'other.accepts_gifts' },
  ],
};

export default mutant;
