/** Planted: InsufficientBalance is answered and not recorded. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'unrecorded-refusal',
  bug: 'InsufficientBalance is answered and not recorded',
  patches: [
    {
      in: 'kernel',
      find: `  IF op.actor_kind = 'staff' THEN
    PERFORM onceward.write_refusal(`,
      replace: `  IF verdict.rejection->>'kind' = 'insufficient_balance' THEN
    NULL;
  ELSIF op.actor_kind = 'staff' THEN
    PERFORM onceward.write_refusal(`,
    },
  ],
};

export default mutant;
