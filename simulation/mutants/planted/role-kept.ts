/** Planted: a member who gets another role keeps what the one before permitted. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'role-kept',
  bug: 'a member who gets another role keeps what the one before permitted',
  patches: [
    {
      in: 'kernel',
      find: 'UPDATE onceward.staff s SET role = of_role WHERE s.actor = member;',
      replace: 'UPDATE onceward.staff s SET role = s.role WHERE s.actor = member;',
    },
  ],
};

export default mutant;
