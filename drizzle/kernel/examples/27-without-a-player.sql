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
-- → ERROR 23514: nothing_is_missing

-- The same claim under another key, which is refused for good.
SELECT examples.commit(examples.as_staff('sam', 'claimReward', 'reward:manual')
  || '{"player": null, "staff": null, "resources": [], "claim_key": "spring-event",
       "idempotency_key": "key-of-the-event-2"}');
-- → ERROR 23514: nothing_is_missing

SELECT actor_id, action, outcome, player_id, number FROM onceward.audit_by_name ORDER BY id;
-- → actor_id | action | outcome | player_id | number
-- → examples | config.publish | done | null | null

SELECT actor_id, expires_on FROM onceward.refusals_by_name;

-- Only players have balances.
SELECT examples.commit(examples.as_staff('sam', 'claimReward', 'reward:manual')
  || '{"player": null, "staff": null, "claim_key": "gift", "gives": {"gold": 5},
       "idempotency_key": "key-of-the-event-3"}');
-- → ERROR 23514: nothing_is_missing
