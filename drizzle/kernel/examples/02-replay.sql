-- A key that was used before returns its stored outcome, whatever happened since.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 10}}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit('{"player": "alice", "claim_key": "q2", "gives": {"gold": 5}}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit('{"player": "alice", "gives": {"gold": 10}}');
-- → ERROR 23514: nothing_is_missing

-- A lookup answers a known key, and writes nothing for an unknown one.
SELECT examples.commit('{"player": "alice", "gives": {"gold": 10}}'::jsonb
  || '{"mode": "lookup"}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit('{"player": "alice", "mode": "lookup", "claim_key": "q3"}');
-- → ERROR 23514: nothing_is_missing

SELECT count(*) AS claims FROM onceward.reward_claims;
-- → 0
