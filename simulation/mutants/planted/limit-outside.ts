/** Planted: the day's budget is read without locking the staff member. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'limit-outside',
  bug: "the day's budget is read without locking the staff member",
  patches: [
    {
      in: 'kernel',
      find: 'PERFORM FROM onceward.staff s WHERE s.actor = ANY (staff) ORDER BY s.actor FOR NO KEY UPDATE;',
      replace: 'PERFORM FROM onceward.staff s WHERE s.actor = ANY (staff);',
    },
  ],
};

export default mutant;
