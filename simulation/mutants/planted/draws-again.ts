/** Planted: a replay shows draws that were rolled anew. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'draws-again',
  bug: 'a replay shows draws that were rolled anew',
  patches: [
    {
      in: 'kernel',
      find: `'claim', onceward.claim_json(claim), 'changes', changes,`,
      replace: `'claim', onceward.claim_json(claim) || CASE WHEN replayed AND op->'choices' <> '[]' THEN jsonb_build_object('draws', (
      SELECT jsonb_agg(choice->'oneOf'->-1->'draw') FROM jsonb_array_elements(op->'choices') AS choice)) ELSE '{}' END,
    'changes', changes,`,
    },
  ],
};

export default mutant;
