/** Planted: what a guest has used of limits does not count for the account. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'guest-uses-forgotten',
  bug: 'what a guest has used of limits does not count for the account',
  reach: 'merge',
  patches: [
    {
      in: 'kernel',
      find: "    state.counters := onceward.with_uses_of(state.counters, op.limits, 'player', state.guests);",
      replace: "    state.counters := onceward.with_uses_of(state.counters, op.limits, 'player', '{}');",
    },
  ],
};

export default mutant;
