/** Planted: the keys of a call's items follow from their places and not from the call. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'item-keys-of-place',
  bug: "the keys of a call's items follow from their places and not from the call",
  reach: 'batches',
  patches: [{ in: 'kernel', find: "  (bulk).idempotency_key, ' ', place)", replace: '  place)' }],
};

export default mutant;
