-- A rejection moves nothing, is recorded and replayed under its key, and expires.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 3}}');
-- → granted 1: gold 0→3

SELECT examples.commit('{"player": "alice", "claim_key": "shop", "takes": {"gold": 10}}');
-- → rejected: insufficient_balance (resource gold, available 3, required 10)

SELECT examples.commit('{"player": "alice", "claim_key": "q2", "gives": {"gold": 100}}');
-- → granted 2: gold 3→103

-- The player could pay now, but the key has its outcome. A new key is a new intent.
SELECT examples.commit('{"player": "alice", "claim_key": "shop", "takes": {"gold": 10}}');
-- → replayed: insufficient_balance (resource gold, available 3, required 10)

SELECT examples.commit('{"player": "alice", "claim_key": "shop", "takes": {"gold": 10},
                         "idempotency_key": "key-0000000000003"}');
-- → granted 3: gold 103→93

-- Kept for 30 whole days (settings.refusal_retention_days); refusals of staff are kept for good.
SELECT claim_key, expires_on - refused_at::date AS days FROM onceward.refusals;
-- → claim_key | days
-- → shop | 31

-- The app role may delete expired refusals, and no other row.
SELECT onceward.expire_refusals() AS deleted;
-- → 0

DELETE FROM onceward.refusals;
-- → ERROR 42501: permission denied for table refusals

-- A player whose operations were all refused does not exist.
SELECT examples.commit('{"player": "carol", "takes": {"gold": 10}}');
-- → rejected: insufficient_balance (resource gold, available 0, required 10)

SELECT id FROM onceward.players;
-- → alice
