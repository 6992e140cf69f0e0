-- An operation without a player belongs to its actor: key, claim and refusals. Nothing moves.
INSERT INTO onceward.staff (actor, role)
VALUES (onceward.register_actor('staff', 'sam'), 'admin'),
       (onceward.register_actor('staff', 'una'), 'admin');

SET ROLE onceward_app;

-- One key string, two staff members: two outcomes.
SELECT examples.commit(VARIADIC ARRAY(
  SELECT examples.as_staff(id, 'claimReward', 'reward:manual') || jsonb_build_object(
    'player', NULL, 'staff', NULL, 'resources', '[]'::jsonb, 'claim_key', 'spring-event',
    'idempotency_key', 'key-of-the-event-1')
    FROM unnest(ARRAY['sam', 'una', 'sam']) AS asked(id)));
-- → granted 1: nothing
-- → granted 1: nothing
-- → replayed 1: nothing

-- The same claim under another key, which is refused for good.
SELECT examples.commit(examples.as_staff('sam', 'claimReward', 'reward:manual')
  || '{"player": null, "staff": null, "resources": [], "claim_key": "spring-event",
       "idempotency_key": "key-of-the-event-2"}');
-- → rejected: already_claimed (number 1); original: nothing

SELECT actor_id, action, outcome, player_id, number FROM onceward.audit_by_name ORDER BY id;
-- → actor_id | action | outcome | player_id | number
-- → examples | config.publish | done | null | null
-- → sam | claimReward | granted | null | 1
-- → una | claimReward | granted | null | 1
-- → sam | claimReward | rejected | null | null

SELECT actor_id, expires_on FROM onceward.refusals_by_name;
-- → actor_id | expires_on
-- → sam | null

-- Only players have balances.
SELECT examples.commit(examples.as_staff('sam', 'claimReward', 'reward:manual')
  || '{"player": null, "staff": null, "claim_key": "gift", "gives": {"gold": 5},
       "idempotency_key": "key-of-the-event-3"}');
-- → ERROR 23514: only_players_have_balances_limits_and_rewards
