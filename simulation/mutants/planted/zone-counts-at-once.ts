/** Planted: a zone counts as soon as a token names it. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'zone-counts-at-once',
  bug: 'a zone counts as soon as a token names it',
  patches: [
    {
      in: 'worker',
      find: '{ zone: current.zone, until: ends }',
      replace: '{ zone: current.zone, until: now.toISOString() }',
    },
  ],
};

export default mutant;
