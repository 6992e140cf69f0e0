/** Planted: terms are not compared: a player pays a price that they were not shown. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'terms-not-compared',
  bug: 'terms are not compared: a player pays a price that they were not shown',
  patches: [{ in: 'worker', find: 'sent === terms ? null', replace: 'terms ? null' }],
};

export default mutant;
