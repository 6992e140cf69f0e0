-- A call with several operations waits for no player; an operation of a locked player is `busy`.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 1}}');
-- → granted 1: gold 0→1

-- In another session, which leaves its transaction open:
BEGIN;

-- In another session:
SET ROLE onceward_app;

-- In another session:
SELECT examples.commit('{"player": "alice", "claim_key": "q2", "gives": {"gold": 1}}');
-- → granted 2: gold 1→2

SELECT examples.commit('{"player": "alice", "claim_key": "q3", "gives": {"gold": 1}}',
                       '{"player": "bob", "claim_key": "q3", "gives": {"gold": 1}}');
-- → busy
-- → granted 1: gold 0→1

-- In another session:
COMMIT;

-- Nothing was recorded, so the operation is sent again. On its own it would have waited.
SELECT examples.commit('{"player": "alice", "claim_key": "q3", "gives": {"gold": 1}}');
-- → granted 3: gold 2→3
