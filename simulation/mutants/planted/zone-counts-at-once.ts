/** Planted: a zone counts as soon as a token names it. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'zone-counts-at-once',
  bug: 'a zone counts as soon as a token names it',
  patches: [
    {
      in: 'worker',
      find: `const { ends: until } = periodIn('day', now, rulesIn(current, rules).calendar);`,
      replace: 'const until = now.toISOString();',
    },
  ],
};

export default mutant;
