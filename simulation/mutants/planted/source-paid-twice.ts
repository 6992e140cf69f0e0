/** Planted: the further keys of a claim are not kept. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'source-paid-twice',
  bug: 'the further keys of a claim are not kept',
  patches: [
    {
      in: 'kernel',
      find: `SELECT player_id_, k->>'type', k->>'key', claim.id FROM`,
      replace: `SELECT player_id_, k->>'type', claim.id::text, claim.id FROM`,
    },
  ],
};

export default mutant;
