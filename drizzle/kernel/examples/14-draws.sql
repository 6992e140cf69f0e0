-- The caller rolls, a balance in the transaction selects: after 3 draws without a hero comes one.
SET ROLE onceward_app;

-- The first alternative whose condition is met is taken; the last has none.
SELECT examples.commit(VARIADIC ARRAY(
  SELECT jsonb_build_object('player', 'alice', 'claim_type', 'summon', 'claim_key', 'draw-' || nth,
    'choices', jsonb_build_array(jsonb_build_object('one_of', jsonb_build_array(
      jsonb_build_object('when_resource', 'pity', 'at_least', 3,
        'draw', '{"guaranteed": true}'::jsonb,
        'postings', examples.postings('{"takes": {"pity": 3}, "gives": {"hero": 1}}')),
      jsonb_build_object('draw', '{"guaranteed": false}'::jsonb,
        'postings', examples.postings('{"gives": {"pity": 1, "gold": 1}}'))))))
    FROM generate_series(1, 4) AS nth));
-- → ERROR 22023: this kernel speaks contract 4, not 3: migrate before you deploy

SELECT number, draws FROM onceward.reward_claims ORDER BY number;
