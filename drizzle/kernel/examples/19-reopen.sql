-- A reversal with `reopen` frees the claim's key, its source keys and what it used of limits.
INSERT INTO onceward.staff (actor, role) VALUES (onceward.register_actor('staff', 'sam'), 'admin');

SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 100},
  "source_keys": [{"game": true, "resource": "gold", "key": "receipt/GPA.1"}], "limits": [
  {"kind": "player", "name": "claims:quest", "period": "2026-11-02", "since": "-infinity",
   "claim_type": "quest", "amount": 1, "bound": 1, "rejection": "claims_per_day"}]}');
-- → granted 1: gold 0→100

SELECT examples.commit(examples.reversal('alice', 1, '{"reopen": true}'));
-- → granted 2: gold 100→0

SELECT used FROM onceward.limits_by_name WHERE kind = 'player';
-- → 0

-- The corrected claim, under a new idempotency key.
SELECT examples.commit('{"player": "alice", "gives": {"gold": 10},
  "idempotency_key": "key-0000000000006",
  "source_keys": [{"game": true, "resource": "gold", "key": "receipt/GPA.1"}], "limits": [
  {"kind": "player", "name": "claims:quest", "period": "2026-11-02", "since": "-infinity",
   "claim_type": "quest", "amount": 1, "bound": 1, "rejection": "claims_per_day"}]}');
-- → granted 3: gold 0→10

SELECT number, claim_key, generation FROM onceward.claims_by_name WHERE claim_type = 'quest'
 ORDER BY number;
-- → number | claim_key | generation
-- → 1 | q1 | 0
-- → 3 | q1 | 1

-- A counter that begins in mid-period counts claims that named no limit. Reopening gives that back.
SELECT examples.commit('{"player": "bob", "gives": {"gold": 5}}');
-- → granted 1: gold 0→5

SELECT examples.commit('{"player": "bob", "claim_key": "q2", "gives": {"gold": 5}, "limits": [
  {"kind": "player", "name": "claims:quest", "period": "2026-11-02", "since": "-infinity",
   "claim_type": "quest", "amount": 1, "bound": 9, "rejection": "claims_per_day"}]}');
-- → granted 2: gold 5→10

SELECT examples.commit(examples.reversal('bob', 1, '{"reopen": true}'));
-- → granted 3: gold 10→5

SELECT used FROM onceward.limits_by_name WHERE kind = 'player' AND subject_id = 'bob';
-- → 1
