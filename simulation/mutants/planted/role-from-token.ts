/** Planted: a staff token is enough: the role in the database is ignored. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'role-from-token',
  bug: 'a staff token is enough: the role in the database is ignored',
  patches: [
    {
      in: 'kernel',
      find: `               WHEN r.role IS NULL THEN 'role' ELSE '' END`,
      replace: `               ELSE '' END`,
    },
  ],
};

export default mutant;
