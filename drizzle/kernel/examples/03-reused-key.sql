-- A key that was used with another input has no effect; the members that differ are named.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "idempotency_key": "key-0000000000001",
                         "gives": {"gold": 10}}');
-- → granted 1: gold 0→10

SELECT examples.commit('{"player": "alice", "idempotency_key": "key-0000000000001",
                         "gives": {"gold": 11}}');
-- → key_reused (madeBy kind server id arena-1, correlationId …, fields gives)

-- A key belongs to a player: another player may use the same text.
SELECT examples.commit('{"player": "bob", "idempotency_key": "key-0000000000001",
                         "gives": {"gold": 11}}');
-- → granted 1: gold 0→11
