/** Planted: a game server makes claims of types that its scope does not name. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'claim-scope-ignored',
  bug: 'a game server makes claims of types that its scope does not name',
  patches: [
    {
      in: 'kernel',
      find: 'onceward.scoped_type(op, subject) <> ALL (claim_types))',
      replace: 'false)',
    },
  ],
};

export default mutant;
