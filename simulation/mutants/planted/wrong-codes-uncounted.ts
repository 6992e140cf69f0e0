/** Planted: a player may try as many wrong codes as they like. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'wrong-codes-uncounted',
  bug: 'a player may try as many wrong codes as they like',
  patches: [
    {
      in: 'kernel',
      find: `IF verdict.rejection->>'kind' = 'unknown_code' THEN`,
      replace: 'IF false THEN',
    },
  ],
};

export default mutant;
