/** Planted: what a frozen player claims is paid. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'frozen-is-paid',
  bug: 'what a frozen player claims is paid',
  patches: [
    {
      in: 'kernel',
      find: '  IF verdict.rejection IS NOT NULL OR onceward.passes_freeze(op) THEN RETURN verdict; END IF;',
      replace: `  IF verdict.rejection IS NOT NULL OR onceward.passes_freeze(op)
     OR NOT EXISTS (SELECT FROM unnest(verdict.moves) AS m WHERE m.delta < 0)
  THEN RETURN verdict; END IF;`,
    },
  ],
};

export default mutant;
