/** Planted: a lane shows every replay of a batch with the first config of the answer. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'lane-config-of-first',
  bug: 'a lane shows every replay of a batch with the first config of its answer',
  reach: 'lanes',
  patches: [
    {
      in: 'worker',
      find: 'config: configs.find((config) => config.version === version) };\n}',
      replace: 'config: configs[0] && version !== undefined ? { ...configs[0], version } : undefined };\n}',
    },
  ],
};

export default mutant;
