/** Planted: refusals are deleted before their retention has ended. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'refusal-dropped-early',
  bug: 'refusals are deleted before their retention has ended',
  reach: 'batches',
  patches: [
    {
      in: 'kernel',
      find: 'WHERE r.expires_on < today',
      replace: 'WHERE r.expires_on < today + 60',
    },
  ],
  sql: 'ALTER TABLE onceward.refusals DISABLE TRIGGER USER',
};

export default mutant;
