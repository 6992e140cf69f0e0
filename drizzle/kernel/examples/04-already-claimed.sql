-- A claim is granted once per player, type and key, whatever idempotency key it is sent with.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "claim_key": "tower-7", "gives": {"gold": 10}}');
-- → granted 1: gold 0→10

SELECT examples.commit('{"player": "alice", "claim_key": "tower-7", "gives": {"gold": 10},
                         "idempotency_key": "key-0000000000002"}');
-- → rejected: already_claimed (number 1); original: gold 0→10

SELECT examples.commit('{"player": "bob", "claim_key": "tower-7", "gives": {"gold": 10}}');
-- → granted 1: gold 0→10
