/** Planted: what a breaker holds back is paid at once as well. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'held-and-paid',
  bug: 'what a breaker holds back is paid at once as well',
  patches: [
    {
      in: 'kernel',
      find: '  verdict.me := step.side;\n  verdict.moves := step.moves;\n  verdict.raises := CASE WHEN cardinality(step.moves) > 0 THEN 1 ELSE 0 END;\n  verdict.became_pending := true;',
      replace: '  verdict.became_pending := true;',
    },
  ],
};

export default mutant;
