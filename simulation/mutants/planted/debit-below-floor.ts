/** Planted: a game server's charge takes more than the player has. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'debit-below-floor',
  bug: "a game server's charge takes a balance below its floor",
  patches: [
    {
      in: 'worker',
      find: 'postings: [take(rule, amount)],\n    limits: limitUses(charged, intent.now, rules.calendar),\n    reason,',
      replace:
        'postings: [{ ...take(rule, amount), floor: null }],\n    limits: limitUses(charged, intent.now, rules.calendar),\n    reason,',
    },
  ],
};

export default mutant;
