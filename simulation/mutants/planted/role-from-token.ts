/** Planted: a staff token is enough; the role in the database is not asked. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'role-from-token',
  bug: 'a staff token is enough; the role in the database is not asked',
  patches: [
    {
      in: 'kernel',
      find: `NOT check_->'roles' ? member.role THEN`,
      replace: 'false THEN',
      everywhere: true,
    },
  ],
};

export default mutant;
