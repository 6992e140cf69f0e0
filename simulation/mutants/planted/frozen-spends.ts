/** Planted: a frozen player buys and spends. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'frozen-spends',
  bug: 'a frozen player buys and spends',
  patches: [
    {
      in: 'kernel',
      find: "                            json_build_object('kind', 'player_frozen'));",
      replace: `                            NULL);`,
    },
  ],
};

export default mutant;
