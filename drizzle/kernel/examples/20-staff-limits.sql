-- Staff act within the limits of their row or the config, and with the permissions of their role.
-- No operation states a bound.
INSERT INTO onceward.staff (actor, role)
VALUES (onceward.register_actor('staff', 'sam'), 'support'),
       (onceward.register_actor('staff', 'tom'), 'support'),
       (onceward.register_actor('staff', 'una'), 'auditor');

SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 1}}');
-- → granted 1: gold 0→1

-- At most 100 an award and 250 a day. An operation sees what those before it in the call used.
SELECT examples.commit(VARIADIC ARRAY(
  SELECT examples.as_staff('sam', 'manualReward', 'reward:manual') || jsonb_build_object(
    'player', 'alice', 'claim_type', 'manual_reward', 'claim_key', 'award-' || nth,
    'gives', jsonb_build_object('gold', amount))
    FROM unnest(ARRAY[101, 100, 100, 100, 50]) WITH ORDINALITY AS award(amount, nth)));
-- → rejected: limit_exceeded (limit staff_reward, bound 100, remaining 100, requested 101)
-- → granted 2: gold 1→101
-- → granted 3: gold 101→201
-- → rejected: limit_exceeded (limit staff_daily_budget, bound 250, remaining 50, requested 100)
-- → granted 4: gold 201→251

-- A token counts 50. A hero counts nothing in value: it has a limit of its own. Staff cannot give
-- what the config does not name.
SELECT examples.commit(VARIADIC ARRAY(
  SELECT examples.as_staff('tom', 'manualReward', 'reward:manual') || jsonb_build_object(
    'player', 'alice', 'claim_type', 'manual_reward', 'claim_key', 'gift-' || nth, 'gives', gives)
    FROM unnest(ARRAY['{"tokens": 3}', '{"tokens": 2}', '{"hero": 2}', '{"hero": 1, "gold": 9}',
                      '{"ore": 1}']::jsonb[]) WITH ORDINALITY AS award(gives, nth)));
-- → rejected: limit_exceeded (limit staff_reward, bound 100, remaining 100, requested 150)
-- → granted 5: tokens 0→2
-- → rejected: limit_exceeded (limit staff_reward, resource hero, bound 1, remaining 1, requested 2)
-- → granted 6: gold 251→260, hero 0→1
-- → rejected: limit_exceeded (limit staff_reward, resource ore, bound 0, remaining 0, requested 1)

SELECT "limit", used FROM onceward.limits_by_name WHERE subject_id = 'tom' ORDER BY 1;
-- → limit | used
-- → staff:awards | 2
-- → staff:budget | 109
-- → staff:resource:hero | 1

SELECT examples.commit(examples.as_staff('una', 'manualReward', 'reward:manual')
  || '{"player": "alice", "claim_type": "manual_reward", "gives": {"gold": 1}}');
-- → forbidden (why role)

SELECT examples.commit(examples.as_staff('nobody', 'manualReward', 'reward:manual')
  || '{"player": "alice", "claim_type": "manual_reward", "gives": {"gold": 1}}');
-- → forbidden (why unknown_staff)

SELECT action, outcome, amount, number FROM onceward.audit_by_name WHERE actor_id = 'sam'
 ORDER BY recorded_at, amount;
-- → action | outcome | amount | number
-- → manualReward | granted | 50 | 4
-- → manualReward | granted | 100 | 2
-- → manualReward | granted | 100 | 3
-- → manualReward | rejected | 100 | null
-- → manualReward | rejected | 101 | null
