/** Planted: each player may buy the whole stock. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'stock-per-player',
  bug: 'each player may buy the whole stock',
  patches: [{ in: 'worker', find: "...rule('ever', total, 'game')", replace: "...rule('ever', total)" }],
};

export default mutant;
