-- A claim of several units can be reversed in parts, which together never exceed the whole.
INSERT INTO onceward.staff (actor, role) VALUES (onceward.register_actor('staff', 'sam'), 'admin');

SET ROLE onceward_app;

-- Ten purchases at once: 1 token for 5 gold each.
SELECT examples.commit('{"player": "alice", "gives": {"gold": 50}}',
                       '{"player": "alice", "claim_type": "order", "units": 10,
                         "takes": {"gold": 50}, "gives": {"tokens": 10}}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit(examples.reversal('alice', 2, '{"quantity": 11}', 'excess'));
-- → ERROR 22023: argument of jsonb_populate_recordset must be an array of objects

SELECT examples.commit(examples.reversal('alice', 2, '{"quantity": 3}'));
-- → ERROR 22023: argument of jsonb_populate_recordset must be an array of objects

SELECT examples.commit(examples.reversal('alice', 2, '{"quantity": 8}', 'excess-2'));
-- → ERROR 22023: argument of jsonb_populate_recordset must be an array of objects

SELECT examples.commit(examples.reversal('alice', 2, '{"quantity": 7}', 'second'));
-- → ERROR 22023: argument of jsonb_populate_recordset must be an array of objects

SELECT number, reversed, units, parts FROM onceward.reversed_claims;
