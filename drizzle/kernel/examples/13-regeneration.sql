-- Regeneration follows the rule in force at each time, and is written when the balance moves.

-- `charges` open at 2 and regenerate 1 an hour, up to 8.
SELECT examples.publish('slow', '{"regeneration": [{"resource": "charges", "every_seconds": 3600,
  "amount": 1, "opening_base": 2, "cap_base": 8}]}');
-- → 2

SELECT examples.commit('{"player": "alice", "takes": {"charges": 1}}');
-- → granted 1: charges 0→2, charges 2→1

SELECT examples.pass_hours(2);

-- From now on 2 an hour, up to 20. The two hours before still add 1 each: 2 × 1 + 3 × 2 = 8.
SELECT examples.publish('quick', '{"regeneration": [{"resource": "charges", "every_seconds": 3600,
  "amount": 2, "opening_base": 2, "cap_base": 20}]}');
-- → 3

SELECT examples.pass_hours(3);

SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "claim_key": "q2", "takes": {"charges": 1}}');
-- → granted 2: charges 1→9, charges 9→8

SELECT number, sequence, before, delta, after, cause FROM onceward.entries_by_name
 ORDER BY number, ordinal;
-- → number | sequence | before | delta | after | cause
-- → 1 | 1 | 0 | 2 | 2 | opening
-- → 1 | 2 | 2 | -1 | 1 | operation
-- → 2 | 3 | 1 | 8 | 9 | regeneration
-- → 2 | 4 | 9 | -1 | 8 | operation
