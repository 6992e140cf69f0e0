-- A rejection moves nothing, is recorded and replayed under its key, and expires.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 3}}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit('{"player": "alice", "claim_key": "shop", "takes": {"gold": 10}}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit('{"player": "alice", "claim_key": "q2", "gives": {"gold": 100}}');
-- → ERROR 23514: nothing_is_missing

-- The player could pay now, but the key has its outcome. A new key is a new intent.
SELECT examples.commit('{"player": "alice", "claim_key": "shop", "takes": {"gold": 10}}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit('{"player": "alice", "claim_key": "shop", "takes": {"gold": 10},
                         "idempotency_key": "key-0000000000003"}');
-- → ERROR 23514: nothing_is_missing

-- Kept for 30 whole days (settings.refusal_retention_days); refusals of staff are kept for good.
SELECT claim_key, expires_on - refused_at::date AS days FROM onceward.refusals;

-- The app role may delete expired refusals, and no other row.
SELECT onceward.expire_refusals() AS deleted;
-- → 0

DELETE FROM onceward.refusals;
-- → ERROR 42501: permission denied for table refusals

-- A player whose operations were all refused does not exist.
SELECT examples.commit('{"player": "carol", "takes": {"gold": 10}}');
-- → ERROR 23514: nothing_is_missing

SELECT id FROM onceward.players;
