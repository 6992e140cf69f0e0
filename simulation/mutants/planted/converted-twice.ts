/** Planted: what does not fit under a ceiling is converted twice. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'converted-twice',
  bug: 'what does not fit under a ceiling is converted twice',
  patches: [
    {
      in: 'kernel',
      find: 'THEN least(excess::numeric * conversion.rate, 9007199254740992)::bigint END,',
      replace: 'THEN least(excess::numeric * conversion.rate * 2, 9007199254740992)::bigint END,',
    },
  ],
};

export default mutant;
