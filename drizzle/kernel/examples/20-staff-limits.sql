-- Staff act within the limits of their row or the config, and with the permissions of their role.
-- No operation states a bound.
INSERT INTO onceward.staff (actor, role)
VALUES (onceward.register_actor('staff', 'sam'), 'support'),
       (onceward.register_actor('staff', 'tom'), 'support'),
       (onceward.register_actor('staff', 'una'), 'auditor');

SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 1}}');
-- → ERROR 23514: nothing_is_missing

-- At most 100 an award and 250 a day. An operation sees what those before it in the call used.
SELECT examples.commit(VARIADIC ARRAY(
  SELECT examples.as_staff('sam', 'manualReward', 'reward:manual') || jsonb_build_object(
    'player', 'alice', 'claim_type', 'manual_reward', 'claim_key', 'award-' || nth,
    'gives', jsonb_build_object('gold', amount))
    FROM unnest(ARRAY[101, 100, 100, 100, 50]) WITH ORDINALITY AS award(amount, nth)));
-- → ERROR 23514: nothing_is_missing

-- A token counts 50. A hero counts nothing in value: it has a limit of its own. Staff cannot give
-- what the config does not name.
SELECT examples.commit(VARIADIC ARRAY(
  SELECT examples.as_staff('tom', 'manualReward', 'reward:manual') || jsonb_build_object(
    'player', 'alice', 'claim_type', 'manual_reward', 'claim_key', 'gift-' || nth, 'gives', gives)
    FROM unnest(ARRAY['{"tokens": 3}', '{"tokens": 2}', '{"hero": 2}', '{"hero": 1, "gold": 9}',
                      '{"ore": 1}']::jsonb[]) WITH ORDINALITY AS award(gives, nth)));
-- → ERROR 23514: nothing_is_missing

SELECT "limit", used FROM onceward.limits_by_name WHERE subject_id = 'tom' ORDER BY 1;

SELECT examples.commit(examples.as_staff('una', 'manualReward', 'reward:manual')
  || '{"player": "alice", "claim_type": "manual_reward", "gives": {"gold": 1}}');
-- → ERROR 23514: nothing_is_missing

SELECT examples.commit(examples.as_staff('nobody', 'manualReward', 'reward:manual')
  || '{"player": "alice", "claim_type": "manual_reward", "gives": {"gold": 1}}');
-- → ERROR 23514: nothing_is_missing

SELECT action, outcome, amount, number FROM onceward.audit_by_name WHERE actor_id = 'sam'
 ORDER BY recorded_at, amount;
