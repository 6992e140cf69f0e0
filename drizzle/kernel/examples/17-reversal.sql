-- A reversal moves back what the ledger says a claim moved; the claim's key stays taken.
INSERT INTO onceward.staff (actor, role) VALUES (onceward.register_actor('staff', 'sam'), 'admin');

SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 10, "points": 2}}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit(examples.reversal('alice', 1));
-- → ERROR 22023: argument of jsonb_populate_recordset must be an array of objects

-- Reversing it again is refused. So is the claim itself under a new key.
SELECT examples.commit(examples.reversal('alice', 1, key => 'second'));
-- → ERROR 22023: argument of jsonb_populate_recordset must be an array of objects

SELECT examples.commit('{"player": "alice", "gives": {"gold": 10},
                         "idempotency_key": "key-0000000000005"}');
-- → ERROR 23514: nothing_is_missing

-- What was spent cannot be moved back, unless a debt is allowed.
SELECT examples.commit('{"player": "alice", "claim_key": "q2", "gives": {"gold": 10}}',
                       '{"player": "alice", "claim_key": "q3", "takes": {"gold": 7}}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit(examples.reversal('alice', 3));
-- → ERROR 22023: argument of jsonb_populate_recordset must be an array of objects

SELECT examples.commit(examples.reversal('alice', 3, '{"allow_debt": true}', 'second'));
-- → ERROR 22023: argument of jsonb_populate_recordset must be an array of objects

SELECT number, reversed, units, reversed_by, reopened FROM onceward.reversed_claims ORDER BY number;
