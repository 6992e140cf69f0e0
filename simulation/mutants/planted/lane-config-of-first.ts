/** Planted: a lane shows every replay of a batch with the first config of the answer. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'lane-config-of-first',
  bug: 'a lane shows every replay of a batch with the first config of its answer',
  reach: 'lanes',
  patches: [
    {
      in: 'worker',
      find: '.filter((config) => config.version === version)',
      replace: '.slice(0, 1).map((config) => ({ ...config, version: version as number }))',
    },
  ],
};

export default mutant;
