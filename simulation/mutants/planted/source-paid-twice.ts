/** Planted: the source keys of a claim are not kept. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'source-paid-twice',
  bug: 'the source keys of a claim are not kept',
  patches: [
    {
      in: 'kernel',
      find: 'onceward.number_of(1, k.resource), k.key FROM unnest(op.source_keys) AS k;',
      replace:
        'onceward.number_of(1, k.resource), op.idempotency_key || k.key FROM unnest(op.source_keys) AS k;',
    },
  ],
};

export default mutant;
