/** Planted: the breaker of each game server counts what all of them give. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'servers-share-a-bound',
  bug: 'the breaker of each game server counts what all of them give',
  patches: [
    {
      in: 'kernel',
      find: 'WHEN 1 THEN 0 WHEN 2 THEN subject.actor\n',
      replace: 'WHEN 1 THEN 0 WHEN 2 THEN 0\n',
      everywhere: true,
    },
  ],
};

export default mutant;
