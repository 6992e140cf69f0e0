/** Planted: breakers count what is held because its player is frozen. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'frozen-counted',
  bug: 'breakers count what is held because its player is frozen',
  patches: [
    {
      in: 'kernel',
      find: 'IF onceward.passes_breakers(op) OR NOT verdict.hold IS NULL THEN RETURN; END IF;',
      replace: 'IF onceward.passes_breakers(op) THEN RETURN; END IF;',
    },
  ],
};

export default mutant;
