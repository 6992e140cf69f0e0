/** Planted: a game server makes one claim more in an hour than it may. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'hour-counted-after',
  bug: 'a game server makes one claim more in an hour than it may',
  patches: [
    {
      in: 'kernel',
      find: "'server:claims', hour) >= server.claims_per_hour",
      replace: "'server:claims', hour) > server.claims_per_hour",
    },
  ],
};

export default mutant;
