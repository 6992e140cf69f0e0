/** Planted: the last use of a code is had by several players. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'code-not-locked',
  bug: 'the last use of a code is had by several players',
  patches: [
    {
      in: 'kernel',
      find: `RETURN ARRAY(SELECT onceward.code_bucket(onceward.code_subject(k.batch, k.ordinal))
               FROM onceward.codes k WHERE k.digest = decode(redeemed_buckets.digest, 'hex'));`,
      replace: "RETURN '{}'::smallint[];",
    },
  ],
};

export default mutant;
