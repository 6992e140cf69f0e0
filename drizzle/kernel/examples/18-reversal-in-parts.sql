-- A claim of several units can be reversed in parts, which together never exceed the whole.
INSERT INTO onceward.staff (actor, role) VALUES (onceward.register_actor('staff', 'sam'), 'admin');

SET ROLE onceward_app;

-- Ten purchases at once: 1 token for 5 gold each.
SELECT examples.commit('{"player": "alice", "gives": {"gold": 50}}',
                       '{"player": "alice", "claim_type": "order", "units": 10,
                         "takes": {"gold": 50}, "gives": {"tokens": 10}}');
-- → granted 1: gold 0→50
-- → granted 2: gold 50→0, tokens 0→10

SELECT examples.commit(examples.reversal('alice', 2, '{"quantity": 11}', 'excess'));
-- → rejected: not_reversible (claimId claim-2, why quantity, remaining 10)

SELECT examples.commit(examples.reversal('alice', 2, '{"quantity": 3}'));
-- → granted 3: gold 0→15, tokens 10→7

SELECT examples.commit(examples.reversal('alice', 2, '{"quantity": 8}', 'excess-2'));
-- → rejected: not_reversible (claimId claim-2, why quantity, remaining 7)

SELECT examples.commit(examples.reversal('alice', 2, '{"quantity": 7}', 'second'));
-- → granted 4: gold 15→50, tokens 7→0

SELECT number, reversed, units, parts FROM onceward.reversed_claims;
-- → number | reversed | units | parts
-- → 2 | 10 | 10 | 2
