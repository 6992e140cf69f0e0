/** Planted: a key of the whole game is taken once per player. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'game-key-twice',
  bug: 'a key of the whole game is taken once per player',
  patches: [
    {
      in: 'kernel',
      find: 'SELECT CASE WHEN k.game THEN 0 ELSE subject.player END, subject.player, state.number + 1,',
      replace: 'SELECT subject.player, subject.player, state.number + 1,',
    },
    {
      in: 'kernel',
      find: 'WHERE t.scope = CASE WHEN asked.game THEN 0 ELSE of_player END',
      replace: 'WHERE t.scope = of_player',
    },
  ],
};

export default mutant;
