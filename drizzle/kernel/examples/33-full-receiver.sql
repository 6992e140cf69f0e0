-- Where the operation says so, a gift that exceeds the ceiling of its receiver becomes a pending
-- reward of theirs, whole. The giver pays.
INSERT INTO onceward.staff (actor, role) VALUES (onceward.register_actor('staff', 'sam'), 'admin');

CREATE FUNCTION examples.gift(amount integer) RETURNS jsonb LANGUAGE sql
RETURN jsonb_build_object(
  'player', 'alice', 'actor_kind', 'player', 'actor_id', 'alice', 'name', 'transferResource',
  'claim_type', 'transfer', 'claim_key', 'gift-of-' || amount, 'counterparty', 'bob',
  'takes', jsonb_build_object('gold', amount), 'on_full', '{"origin": 4, "message": null}'::jsonb,
  'counterparty_postings', jsonb_build_array(
    examples.postings(jsonb_build_object('gives', jsonb_build_object('gold', amount)))->0
      || '{"ceiling": 10}'));

SET ROLE onceward_app;

SELECT examples.commit('{"player": "alice", "gives": {"gold": 20}}',
                       '{"player": "bob", "gives": {"gold": 8}}');
-- → granted 1: gold 0→20
-- → granted 1: gold 0→8

-- 2 would fit. Bob gets nothing of the 5 before he has room for all of it.
SELECT examples.commit(examples.gift(5));
-- → granted 2: gold 20→15; other player: nothing

SELECT player_id, number, claim_type, claim_key FROM onceward.pending_by_name;
-- → player_id | number | claim_type | claim_key
-- → bob | 2 | transfer | received/2

SELECT regexp_replace(c, ' [(].*', '') AS outcome
  FROM examples.commit('{"player": "bob", "name": "collectRewards", "claim_type": "transfer",
    "claim_key": "received/2", "source": "pending", "idempotency_key": "key-0000000000001"}') AS c;
-- → rejected: limit_exceeded

SELECT examples.commit(
  '{"player": "bob", "claim_key": "shop", "takes": {"gold": 6}}',
  '{"player": "bob", "name": "collectRewards", "claim_type": "transfer",
    "claim_key": "received/2", "source": "pending", "idempotency_key": "key-0000000000002"}');
-- → granted 3: gold 8→2
-- → granted 4: gold 2→7

-- The transfer is taken back with what was collected of it.
SELECT examples.commit(examples.reversal('alice', 2));
-- → granted 3: gold 15→20; other player: gold 7→2

-- One that was not collected is withdrawn.
SELECT examples.commit(examples.gift(9));
-- → granted 4: gold 20→11; other player: nothing

SELECT examples.commit(examples.reversal('alice', 4));
-- → granted 5: gold 11→20; other player: nothing

SELECT count(*) AS pending FROM onceward.pending_rewards;
-- → 0

SELECT player_id, resource, amount FROM onceward.balances_by_name ORDER BY player_id;
-- → player_id | resource | amount
-- → alice | gold | 20
-- → bob | gold | 2
