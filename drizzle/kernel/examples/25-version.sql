-- `expected_version` is compared with the player's version inside the transaction.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "claim_key": "q1", "gives": {"gold": 1},
                         "expected_version": 0}',
                       '{"player": "alice", "claim_key": "q2", "gives": {"gold": 1},
                         "expected_version": 0}',
                       '{"player": "alice", "claim_key": "q3", "gives": {"gold": 1},
                         "expected_version": 1}');
-- → ERROR 23514: nothing_is_missing
