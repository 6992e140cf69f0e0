/** Planted: a player who declines gifts receives them all the same. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'gifts-forced',
  bug: 'a player who declines gifts receives them all the same',
  patches: [
    {
      in: 'kernel',
      find: "IF op.source = 'postings' AND NOT state.other_accepts THEN",
      replace: 'IF false THEN',
    },
  ],
};

export default mutant;
