-- Beyond a number of refusals per player and day nothing is stored, and the key stays free.
UPDATE onceward.settings SET refusals_per_day = 1;

SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "claim_key": "q1", "gives": {"gold": 1}}',
                       '{"player": "alice", "claim_key": "q2", "takes": {"gold": 5}}',
                       '{"player": "alice", "claim_key": "q3", "takes": {"gold": 5}}',
                       '{"player": "alice", "claim_key": "q4", "gives": {"gold": 1}}');
-- → granted 1: gold 0→1
-- → rejected: insufficient_balance (resource gold, available 1, required 5)
-- → rate_limited (retryAt …)
-- → granted 2: gold 1→2

-- That a claim was made before is still answered, unrecorded.
SELECT examples.commit('{"player": "alice", "claim_key": "q1", "gives": {"gold": 1},
                         "idempotency_key": "key-0000000000007"}');
-- → rejected: already_claimed (number 1); original: gold 0→1

SELECT count(*) AS refusals FROM onceward.refusals;
-- → 1
