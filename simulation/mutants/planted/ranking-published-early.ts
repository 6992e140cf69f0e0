/** Planted: a ranking is published although a place was rejected. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'ranking-published-early',
  bug: 'a ranking is published although a place was rejected',
  reach: 'ranking',
  patches: [
    {
      in: 'kernel',
      find: "after.state := CASE WHEN after.paid = ranking.participants THEN 'published'",
      replace: "after.state := CASE WHEN true THEN 'published'",
    },
  ],
};

export default mutant;
