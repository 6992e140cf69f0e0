-- `expected_version` is compared with the player's version inside the transaction.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "claim_key": "q1", "gives": {"gold": 1},
                         "expected_version": 0}',
                       '{"player": "alice", "claim_key": "q2", "gives": {"gold": 1},
                         "expected_version": 0}',
                       '{"player": "alice", "claim_key": "q3", "gives": {"gold": 1},
                         "expected_version": 1}');
-- → granted 1: gold 0→1
-- → rejected: version_conflict (expected 0, current 1)
-- → granted 2: gold 1→2
