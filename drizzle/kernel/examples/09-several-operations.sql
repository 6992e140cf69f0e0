-- One call commits up to 100 operations in their order, and each has an outcome of its own.
SET ROLE onceward_app;

-- A rejection stops none of the others. The second sees what the first left, and so on.
SELECT examples.commit('{"player": "alice", "claim_key": "q1", "gives": {"gold": 10}}',
                       '{"player": "alice", "claim_key": "q2", "takes": {"gold": 8}}',
                       '{"player": "alice", "claim_key": "q3", "takes": {"gold": 8}}',
                       '{"player": "bob", "claim_key": "q1", "gives": {"gold": 1}}',
                       '{"player": "alice", "claim_key": "q1", "gives": {"gold": 10}}');
-- → granted 1: gold 0→10
-- → granted 2: gold 10→2
-- → rejected: insufficient_balance (resource gold, available 2, required 8)
-- → granted 1: gold 0→1
-- → replayed 1: gold 0→10
