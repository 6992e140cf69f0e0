-- A progress counter is a balance whose postings say before which moment a change no longer counts.
-- Here a period began an hour ago.
SET ROLE onceward_app;

CREATE FUNCTION pg_temp.matches(of_number integer) RETURNS jsonb LANGUAGE sql RETURN
  jsonb_build_array(jsonb_build_object('resource', 'matches', 'delta', of_number, 'floor', 0,
    'ceiling', 5, 'ceiling_per_unit', 0, 'ceiling_of', NULL, 'clamp', true,
    'reset_before', now() - interval '1 hour', 'reset_by', NULL));

CREATE FUNCTION pg_temp.requires(threshold integer) RETURNS jsonb LANGUAGE sql RETURN
  jsonb_build_array(jsonb_build_object('counter', 'matches', 'at_least', threshold,
    'reset_before', now() - interval '1 hour', 'reset_by', NULL));

SELECT examples.commit('{"player": "alice", "claim_type": "order", "claim_key": "match-1"}'
  || jsonb_build_object('advances', pg_temp.matches(2)));
-- → granted 1: matches 0→2

-- A quest requires three.
SELECT examples.commit('{"player": "alice", "claim_key": "today", "gives": {"gold": 10}}'
  || jsonb_build_object('requires', pg_temp.requires(3)));
-- → rejected: progress_not_reached (counter matches, have 2, need 3)

SELECT examples.commit('{"player": "alice", "claim_type": "order", "claim_key": "match-2"}'
  || jsonb_build_object('advances', pg_temp.matches(1)),
  '{"player": "alice", "claim_key": "today", "idempotency_key": "a-key-of-its-own",
    "gives": {"gold": 10}}' || jsonb_build_object('requires', pg_temp.requires(3)));
-- → granted 2: matches 2→3
-- → granted 3: gold 0→10

-- Three hours later another period runs. The reset is an entry of its own.
RESET ROLE;

SELECT examples.pass_hours(3);

SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "claim_type": "order", "claim_key": "match-3"}'
  || jsonb_build_object('advances', pg_temp.matches(1)));
-- → granted 4: matches 3→0, matches 0→1

SELECT sequence, before, delta, after, cause FROM onceward.entries_by_name
 WHERE player_id = 'alice' AND resource = 'matches' ORDER BY sequence;
-- → sequence | before | delta | after | cause
-- → 1 | 0 | 2 | 2 | operation
-- → 2 | 2 | 1 | 3 | operation
-- → 3 | 3 | -3 | 0 | reset
-- → 4 | 0 | 1 | 1 | operation

-- What a match of the period before added is not taken from this one.
RESET ROLE;

INSERT INTO onceward.staff (actor, role) VALUES (onceward.register_actor('staff', 'sam'), 'admin');

SET ROLE onceward_app;

SELECT examples.commit(examples.reversal('alice', 1));
-- → granted 5: nothing
