-- An operation that was decided on a state of the player commits on that state alone.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "claim_key": "q1", "gives": {"gold": 10}}');
-- → ERROR 23514: nothing_is_missing

-- Decided while alice's number was 1. Meanwhile something else was granted: nothing is recorded.
SELECT examples.commit('{"player": "alice", "claim_key": "q2", "gives": {"gold": 1}}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit('{"player": "alice", "claim_key": "q3", "gives": {"gold": 20},
                         "decided_on": 1, "facts_read": {"balance(''gold'')": 10}}');
-- → ERROR 23514: nothing_is_missing

-- The caller reads alice and decides again, under the same key. What was read is kept.
SELECT examples.commit('{"player": "alice", "claim_key": "q3", "gives": {"gold": 22},
                         "decided_on": 2, "facts_read": {"balance(''gold'')": 11}}');
-- → ERROR 23514: nothing_is_missing

SELECT number, facts_read FROM onceward.claims_by_name WHERE player_id = 'alice' ORDER BY number;
