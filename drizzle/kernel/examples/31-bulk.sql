-- A call that makes several claims is recorded with its items, and its key answers for them alone.
-- The items' own keys are derived from it, and cannot be sent.
CREATE FUNCTION examples.bulk(items jsonb, VARIADIC given jsonb[]) RETURNS SETOF text LANGUAGE sql
AS $$
  SELECT CASE WHEN outcome IS NULL THEN examples.brief(answer->'bulk')
              ELSE examples.brief(outcome) END
    FROM onceward.commit_bulk(10, (
           SELECT jsonb_build_object(
               'mode', 'commit', 'name', 'claimReward', 'actor_kind', 'server',
               'actor_id', 'arena-1', 'idempotency_key', 'key-of-the-whole-call',
               'fingerprint', md5('what was sent')::uuid, 'input', '{}'::jsonb, 'items', items,
               'places', to_jsonb(ARRAY(SELECT generate_series(0, cardinality(given) - 1))),
               'correlation_id', uuidv7(), 'config_version', c.version,
               'config_sha256', c.sha256)
             FROM (SELECT version, sha256 FROM onceward.balance_configs
                    ORDER BY effective_from DESC LIMIT 1) AS c), (
           SELECT jsonb_agg(examples.operation(g) ORDER BY place)
             FROM unnest(given) WITH ORDINALITY AS asked(g, place)), '{}') AS answer
    LEFT JOIN LATERAL json_array_elements(CASE json_typeof(answer->'outcomes')
      WHEN 'array' THEN answer->'outcomes' END) AS outcome ON true
$$;

SET ROLE onceward_app;

SELECT examples.bulk('["alice", "bob"]',
                     '{"player": "alice", "claim_key": "gift", "gives": {"gold": 10}}',
                     '{"player": "bob", "claim_key": "gift", "takes": {"gold": 8}}');
-- → granted 1: gold 0→10
-- → rejected: insufficient_balance (resource gold, available 0, required 8)

-- The same call again.
SELECT examples.bulk('["alice", "bob"]',
                     '{"player": "alice", "claim_key": "gift", "gives": {"gold": 10}}',
                     '{"player": "bob", "claim_key": "gift", "takes": {"gold": 8}}');
-- → replayed 1: gold 0→10
-- → replayed: insufficient_balance (resource gold, available 0, required 8)

-- By now the caller would list another item.
SELECT examples.bulk('["alice", "bob", "carol"]',
                     '{"player": "carol", "claim_key": "gift", "gives": {"gold": 10}}');
-- → other_items (items alice bob)
