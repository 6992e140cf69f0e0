/** Planted: a game server acts after it was disabled. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'disabled-server-acts',
  bug: 'a game server acts after it was disabled',
  patches: [
    {
      in: 'kernel',
      find: "            WHEN s.disabled_at IS NOT NULL THEN 'disabled_server'\n",
      replace: "            WHEN false THEN 'disabled_server'\n",
    },
  ],
};

export default mutant;
