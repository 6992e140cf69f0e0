/** Planted: the first option is given, whichever the player chose. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'first-option-given',
  bug: 'the first option is given, whichever the player chose',
  patches: [
    {
      in: 'worker',
      find: "...(options?.get(choose ?? '') ?? [])",
      replace: '...(choose === null ? [] : ([...(options?.values() ?? [])][0] ?? []))',
    },
  ],
};

export default mutant;
