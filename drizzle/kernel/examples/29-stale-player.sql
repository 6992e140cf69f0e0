-- An operation that was decided on a state of the player commits on that state alone.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "claim_key": "q1", "gives": {"gold": 10}}');
-- → granted 1: gold 0→10

-- Decided while alice's number was 1. Meanwhile something else was granted: nothing is recorded.
SELECT examples.commit('{"player": "alice", "claim_key": "q2", "gives": {"gold": 1}}');
-- → granted 2: gold 10→11

SELECT examples.commit('{"player": "alice", "claim_key": "q3", "gives": {"gold": 20},
                         "decided_on": 1, "facts_read": {"balance(''gold'')": 10}}');
-- → stale_player

-- The caller reads alice and decides again, under the same key. What was read is kept.
SELECT examples.commit('{"player": "alice", "claim_key": "q3", "gives": {"gold": 22},
                         "decided_on": 2, "facts_read": {"balance(''gold'')": 11}}');
-- → granted 3: gold 11→33

SELECT number, facts_read FROM onceward.claims_by_name WHERE player_id = 'alice' ORDER BY number;
-- → number | facts_read
-- → 1 | null
-- → 2 | null
-- → 3 | {"balance('gold')": 11}
