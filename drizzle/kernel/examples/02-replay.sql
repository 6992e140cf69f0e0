-- A key that was used before returns its stored outcome, whatever happened since.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 10}}');
-- → granted 1: gold 0→10

SELECT examples.commit('{"player": "alice", "claim_key": "q2", "gives": {"gold": 5}}');
-- → granted 2: gold 10→15

SELECT examples.commit('{"player": "alice", "gives": {"gold": 10}}');
-- → replayed 1: gold 0→10

-- A lookup answers a known key, and writes nothing for an unknown one.
SELECT examples.commit('{"player": "alice", "gives": {"gold": 10}}'::jsonb
  || '{"mode": "lookup"}');
-- → replayed 1: gold 0→10

SELECT examples.commit('{"player": "alice", "mode": "lookup", "claim_key": "q3"}');
-- → unknown_key

SELECT count(*) AS claims FROM onceward.reward_claims;
-- → 2
