/** Planted: the day's budget is read without locking the staff member. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'limit-outside',
  bug: "the day's budget is read without locking the staff member",
  patches: [
    {
      in: 'kernel',
      find: 'WHERE s.id = member.id FOR NO KEY UPDATE',
      replace: 'WHERE s.id = member.id',
    },
  ],
};

export default mutant;
