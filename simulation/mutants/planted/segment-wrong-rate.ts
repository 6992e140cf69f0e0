/** Planted: all segments of regeneration have the rate of the newest. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'segment-wrong-rate',
  bug: 'all segments of regeneration have the rate of the newest',
  patches: [
    {
      in: 'kernel',
      find: '      gained := gained + ticks * rule.amount;',
      replace: `      gained := gained + ticks * coalesce((
        SELECT r.amount FROM unnest(rules) AS r WHERE r.resource = rule.resource
         ORDER BY r.effective_from DESC LIMIT 1), rule.amount);`,
    },
  ],
};

export default mutant;
