/** Planted: a game server's charge takes more than the player has. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'debit-below-floor',
  bug: "a game server's charge takes a balance below its floor",
  patches: [
    {
      in: 'worker',
      find: 'postings: [take(rule, amount)],\n    limits: dailyLimit(limit, intent.now, rules),\n    reason,',
      replace:
        'postings: [{ ...take(rule, amount), floor: null }],\n    limits: dailyLimit(limit, intent.now, rules),\n    reason,',
    },
  ],
};

export default mutant;
