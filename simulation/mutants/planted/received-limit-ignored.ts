/** Planted: a player may receive any amount from others. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'received-limit-ignored',
  bug: 'a player may receive any amount from others',
  patches: [
    {
      in: 'kernel',
      find: '      rejection := onceward.beyond_limit(use, 0, 0);\n      RETURN;\n',
      replace: '      NULL;\n',
    },
  ],
};

export default mutant;
