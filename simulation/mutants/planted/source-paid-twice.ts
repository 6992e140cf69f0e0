/** Planted: the further keys of a claim are not kept. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'source-paid-twice',
  bug: 'the further keys of a claim are not kept',
  patches: [
    {
      in: 'kernel',
      find: `    IF further <> '[]' THEN
      INSERT INTO onceward.claim_keys`,
      replace: `    IF false THEN
      INSERT INTO onceward.claim_keys`,
    },
  ],
};

export default mutant;
