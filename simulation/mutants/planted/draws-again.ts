/** Planted: a replay shows draws that were made again. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'draws-again',
  bug: 'a replay shows draws that were made again',
  patches: [
    {
      in: 'kernel',
      find: '    answer := onceward.granted_json(true, onceward.claim_json(claim),',
      replace: `    answer := onceward.granted_json(true, (onceward.claim_json(claim)::jsonb
        || CASE WHEN cardinality(op.choices) > 0 THEN jsonb_build_object('draws', (
             SELECT jsonb_agg(d)
               FROM unnest(op.choices::onceward.choice[]) AS c,
                    unnest(c.one_of[cardinality(c.one_of)].draws) AS d)) ELSE '{}' END)::json,`,
    },
  ],
};

export default mutant;
