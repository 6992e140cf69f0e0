/** Planted: a game server may give any value in a day. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'server-budget-ignored',
  bug: 'a game server may give any value in a day',
  patches: [
    {
      in: 'kernel',
      find: 'staff.daily_budget, counter.used, renews_at);',
      replace: `CASE op.actor_kind WHEN 'server' THEN 9007199254740991 ELSE staff.daily_budget END,
                                           counter.used, renews_at);`,
    },
  ],
};

export default mutant;
