/** Planted: a breaker holds back what its first stripe has no room for. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'held-early',
  bug: 'a breaker holds back what its first stripe has no room for',
  patches: [
    {
      in: 'kernel',
      find: "  IF found.used + one.amount > one.bound THEN RETURN; END IF;\n  outcome := 'busy';",
      replace: "  IF found.stripes > 0 THEN RETURN; END IF;\n  outcome := 'busy';",
    },
  ],
};

export default mutant;
