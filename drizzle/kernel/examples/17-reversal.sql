-- A reversal moves back what the ledger says a claim moved; the claim's key stays taken.
INSERT INTO onceward.staff (actor, role) VALUES (onceward.register_actor('staff', 'sam'), 'admin');

SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 10, "points": 2}}');
-- → granted 1: gold 0→10, points 0→2

SELECT examples.commit(examples.reversal('alice', 1));
-- → granted 2: gold 10→0, points 2→0

-- Reversing it again is refused. So is the claim itself under a new key.
SELECT examples.commit(examples.reversal('alice', 1, key => 'second'));
-- → rejected: already_claimed (number 2); original: gold 10→0, points 2→0

SELECT examples.commit('{"player": "alice", "gives": {"gold": 10},
                         "idempotency_key": "key-0000000000005"}');
-- → rejected: already_claimed (number 1, reversedBy number 2 at …); original: gold 0→10, points 0→2

-- What was spent cannot be moved back, unless a debt is allowed.
SELECT examples.commit('{"player": "alice", "claim_key": "q2", "gives": {"gold": 10}}',
                       '{"player": "alice", "claim_key": "q3", "takes": {"gold": 7}}');
-- → granted 3: gold 0→10
-- → granted 4: gold 10→3

SELECT examples.commit(examples.reversal('alice', 3));
-- → rejected: insufficient_balance (resource gold, available 3, required 10)

SELECT examples.commit(examples.reversal('alice', 3, '{"allow_debt": true}', 'second'));
-- → granted 5: gold 3→-7

SELECT number, reversed, units, reversed_by, reopened FROM onceward.reversed_claims ORDER BY number;
-- → number | reversed | units | reversed_by | reopened
-- → 1 | 1 | 1 | 2 | false
-- → 3 | 1 | 1 | 5 | false
