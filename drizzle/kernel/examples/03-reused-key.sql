-- A key that was used with another input has no effect; the members that differ are named.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "idempotency_key": "key-0000000000001",
                         "gives": {"gold": 10}}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit('{"player": "alice", "idempotency_key": "key-0000000000001",
                         "gives": {"gold": 11}}');
-- → ERROR 23514: nothing_is_missing

-- A key belongs to a player: another player may use the same text.
SELECT examples.commit('{"player": "bob", "idempotency_key": "key-0000000000001",
                         "gives": {"gold": 11}}');
-- → ERROR 23514: nothing_is_missing
