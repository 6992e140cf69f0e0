-- A pending reward that expires is settled once, as a claim of its own, by whatever comes first: an
-- operation that would have paid it, or `expire_rewards`, which the Worker's schedule calls.
INSERT INTO onceward.staff (actor, role) VALUES (onceward.register_actor('staff', 'sam'), 'admin');

CREATE FUNCTION examples.announcement(key text) RETURNS jsonb LANGUAGE sql
RETURN jsonb_build_object(
  'player', 'alice', 'name', 'announceReward', 'claim_type', 'announcement',
  'claim_key', 'payout/' || key, 'source', 'announcement', 'announces', jsonb_build_object(
    'claim_type', 'payout', 'claim_key', key, 'origin', 1, 'expires_at', now() + interval '1 day',
    'plan', jsonb_build_object('resources', '["gold"]'::jsonb, 'choices', '[]'::jsonb,
      'source_keys', '[]'::jsonb, 'postings', examples.postings('{"gives": {"gold": 7}}'),
      'on_expiry', examples.postings('{"gives": {"gold": 1}}'))));

SET ROLE onceward_app;

SELECT examples.commit(examples.announcement('cup-1'), examples.announcement('cup-2'));
-- → granted 1: nothing
-- → granted 2: nothing

SELECT onceward.expire_rewards();
-- → 0

-- A day later.
RESET ROLE;

UPDATE onceward.pending_rewards
   SET announced_at = announced_at - interval '2 days', expires_at = now() - interval '1 hour';

SET ROLE onceward_app;

-- It is not paid. What it gives instead is a claim of its own, in the same call.
SELECT regexp_replace(c, ', expiredAt [^)]*', '') AS outcome
  FROM examples.commit('{"player": "alice", "name": "recoverReward", "permission": "reward:recover",
    "claim_type": "payout", "claim_key": "cup-1", "source": "pending",
    "idempotency_key": "key-0000000000001"}') AS c;
-- → rejected: reward_expired (number 3); original: gold 0→1

SELECT onceward.expire_rewards();
-- → 1

SELECT onceward.expire_rewards();
-- → 0

SELECT number, operation, claim_key, units FROM onceward.claims_by_name
 WHERE claim_type = 'payout' ORDER BY number;
-- → number | operation | claim_key | units
-- → 3 | expireReward | cup-1 | 0
-- → 4 | expireReward | cup-2 | 0

-- What an expiry gave can be taken back.
SELECT examples.commit(examples.reversal('alice', 3));
-- → granted 5: gold 2→1
