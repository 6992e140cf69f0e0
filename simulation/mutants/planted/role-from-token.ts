/** Planted: a staff token is enough; the role in the database is not asked. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'role-from-token',
  bug: 'a staff token is enough; the role in the database is not asked',
  patches: [
    {
      in: 'kernel',
      find: `ELSIF NOT check_->'roles' ? member.role THEN`,
      replace: 'ELSIF false THEN',
      times: 2,
    },
  ],
};

export default mutant;
