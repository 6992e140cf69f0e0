/** Planted: what is limited by a season can be had before and after it. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'season-never-over',
  bug: 'what is limited by a season can be had before and after it',
  patches: [{ in: 'worker', find: 'bound: period.isRunning ? rule.max : 0', replace: 'bound: rule.max' }],
};

export default mutant;
