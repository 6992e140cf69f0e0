/** Planted: a limit of a week begins again every day. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'week-counted-as-day',
  bug: 'a limit of a week begins again every day',
  patches: [{ in: 'worker', find: "...rule('week', perWeek)", replace: "...rule('day', perWeek)" }],
};

export default mutant;
