/** Planted: InsufficientBalance is told and not recorded. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'unrecorded-no',
  bug: 'InsufficientBalance is told and not recorded',
  patches: [
    {
      in: 'kernel',
      find: '  -- Record: one row under the key',
      replace: `  IF verdict.rejection->>'kind' = 'insufficient_balance' THEN
    RETURN jsonb_build_object('kind', 'rejected', 'replayed', false, 'rejection', verdict.rejection,
                              'correlationId', op->>'correlationId', 'original', NULL);
  END IF;
  -- Record: one row under the key`,
    },
  ],
};

export default mutant;
