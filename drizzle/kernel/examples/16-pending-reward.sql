-- An announced reward is paid once, as announced, whatever the paying operation states.
SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "name": "announceReward", "claim_type": "announcement",
  "claim_key": "payout/cup-3", "source": "announcement", "units": 1}'::jsonb
  || jsonb_build_object('announces', jsonb_build_object(
      'claim_type', 'payout', 'claim_key', 'cup-3', 'origin', 1,
      'plan', jsonb_build_object('resources',
        '["gold"]'::jsonb, 'choices', '[]'::jsonb, 'source_keys', '[]'::jsonb,
        'postings', examples.postings('{"gives": {"gold": 7}}')))));
-- → granted 1: nothing

SELECT player_id, number, claim_type, claim_key FROM onceward.pending_by_name;
-- → player_id | number | claim_type | claim_key
-- → alice | 1 | payout | cup-3

-- It pays 7, not 1,000,000.
SELECT examples.commit('{"player": "alice", "name": "recoverReward", "permission": "reward:recover",
  "claim_type": "payout", "claim_key": "cup-3", "source": "pending", "gives": {"gold": 1000000}}');
-- → granted 2: gold 0→7

SELECT examples.commit('{"player": "alice", "name": "recoverReward", "permission": "reward:recover",
  "claim_type": "payout", "claim_key": "cup-3", "source": "pending",
  "idempotency_key": "key-0000000000004"}');
-- → rejected: already_claimed (number 2); original: gold 0→7

SELECT examples.commit('{"player": "alice", "name": "recoverReward", "permission": "reward:recover",
  "claim_type": "payout", "claim_key": "cup-4", "source": "pending"}');
-- → rejected: not_announced (claimType payout, claimKey cup-4)

-- What the caller would reject, such as a claim whose terms changed, is paid if it was announced.
SELECT examples.commit('{"player": "alice", "mode": "reject", "claim_type": "payout",
  "claim_key": "cup-5", "source": "pending", "rejection": {"kind": "terms_changed"}}');
-- → rejected: terms_changed

-- Any claim of the announced type and key pays what was announced.
SELECT examples.commit('{"player": "bob", "name": "announceReward", "claim_type": "announcement",
  "claim_key": "payout/cup-3", "source": "announcement", "units": 1}'::jsonb
  || jsonb_build_object('announces', jsonb_build_object(
      'claim_type', 'payout', 'claim_key', 'cup-3', 'origin', 1,
      'plan', jsonb_build_object('resources',
        '["gold"]'::jsonb, 'choices', '[]'::jsonb, 'source_keys', '[]'::jsonb,
        'postings', examples.postings('{"gives": {"gold": 7}}')))),
  '{"player": "bob", "claim_type": "payout", "claim_key": "cup-3", "gives": {"gold": 1}}');
-- → granted 1: nothing
-- → granted 2: gold 0→7

-- The announcement raised the player's number and left the version.
SELECT id, number, version FROM onceward.players;
-- → id | number | version
-- → alice | 2 | 1
-- → bob | 2 | 1

SELECT count(*) AS pending FROM onceward.pending_rewards;
-- → 0
