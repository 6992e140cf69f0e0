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
-- → ERROR 23514: nothing_is_missing

SELECT number, draws FROM onceward.reward_claims ORDER BY number;
