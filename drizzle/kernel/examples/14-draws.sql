-- The caller rolls, a balance in the transaction selects: after 3 draws without a hero comes one.
SET ROLE onceward_app;

-- The first alternative whose conditions all hold is taken; the last has none.
SELECT examples.commit(VARIADIC ARRAY(
  SELECT jsonb_build_object('player', 'alice', 'claim_type', 'summon', 'claim_key', 'draw-' || nth,
    'choices', jsonb_build_array(jsonb_build_object('one_of', jsonb_build_array(
      jsonb_build_object('when', '[{"resource": "pity", "at_least": 3}]'::jsonb,
        'draws', '[{"guaranteed": true}]'::jsonb,
        'postings', examples.postings('{"takes": {"pity": 3}, "gives": {"hero": 1}}')),
      jsonb_build_object('when', '[]'::jsonb, 'draws', '[{"guaranteed": false}]'::jsonb,
        'postings', examples.postings('{"gives": {"pity": 1, "gold": 1}}'))))))
    FROM generate_series(1, 4) AS nth));
-- → granted 1: gold 0→1, pity 0→1
-- → granted 2: gold 1→2, pity 1→2
-- → granted 3: gold 2→3, pity 2→3
-- → granted 4: pity 3→0, hero 0→1

SELECT number, draws FROM onceward.reward_claims ORDER BY number;
-- → number | draws
-- → 1 | [{"guaranteed": false}]
-- → 2 | [{"guaranteed": false}]
-- → 3 | [{"guaranteed": false}]
-- → 4 | [{"guaranteed": true}]
