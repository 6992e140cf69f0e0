/** Planted: the limit of a resource bounds each award of staff and not the day. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'own-limit-of-one-award',
  bug: 'the limit of a resource bounds each award and not the day',
  patches: [
    {
      in: 'kernel',
      find: 'one.resource, one.amount, one.per_call, one.per_day, counter.used, renews_at));',
      replace: 'one.resource, one.amount, one.per_call, one.per_day, 0, renews_at));',
    },
  ],
};

export default mutant;
