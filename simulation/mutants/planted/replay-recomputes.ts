/** Planted: a replay shows level, tier and stats under the current numbers. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'replay-recomputes',
  bug: 'a replay shows level, tier and stats under the current numbers',
  patches: [
    {
      in: 'worker',
      find: '  const adopted = config ? await services.config.adopt(config) : null;',
      replace: `  if (config && current) return { ...current, version: config.version };
  const adopted = config ? await services.config.adopt(config) : null;`,
    },
  ],
};

export default mutant;
