-- A code is known by its HMAC. Its batch says what it gives, how often, and when. A player redeems
-- it once, unless `per_player` says more; the uses of all players are counted in one row.
INSERT INTO onceward.code_batches (
  id, created_at, closes_at, actor, number, config_version, uses, codes, per_player, label, plan)
SELECT id, now(), closes_at, onceward.register_actor('staff', 'sam'), number, 1, uses, 1, 1,
       'example', '{"resources": ["gold"], "choices": [], "source_keys": [], "postings": [
         {"resource": "gold", "delta": 50, "floor": 0, "ceiling": 9007199254740991,
          "ceiling_per_unit": 0, "clamp": false}]}'
  FROM (VALUES ('stream', 1, 2, NULL), ('winter', 2, 100, timestamptz '2026-02-01Z'))
    AS batch(id, number, uses, closes_at);

INSERT INTO onceward.codes (digest, batch, ordinal)
SELECT sha256(b.id::bytea), b.no, 1 FROM onceward.code_batches b;

CREATE FUNCTION examples.redeem(player text, code text, key text DEFAULT 'first') RETURNS jsonb
LANGUAGE sql RETURN jsonb_build_object(
  'name', 'redeemCode', 'player', player, 'actor_kind', 'player', 'actor_id', player,
  'claim_type', 'code_redemption', 'claim_key', code, 'source', 'code', 'milestones', true,
  'redeems', encode(sha256(code::bytea), 'hex'),
  'idempotency_key', format('redeem-%s-%s-%s', player, code, key));

SET ROLE onceward_app;

-- Three players, two uses.
SELECT examples.commit(VARIADIC ARRAY(
  SELECT examples.redeem(player, 'stream')
    FROM unnest(ARRAY['alice', 'bob', 'carol']) AS p(player)));
-- → granted 1: gold 0→50
-- → granted 1: gold 0→50
-- → rejected: code_used_up

-- The player who has it, a code that has ended, and one that does not exist.
SELECT examples.commit(examples.redeem('alice', 'stream', 'again'));
-- → rejected: already_claimed (number 1); original: gold 0→50

SELECT examples.commit(examples.redeem('carol', 'winter'));
-- → rejected: code_not_valid (closedAt … 00 00.000Z)

SELECT examples.commit(examples.redeem('carol', 'summer'));
-- → rejected: unknown_code

SELECT player_id, claim_type, claim_key FROM onceward.claims_by_name ORDER BY player_id;
-- → player_id | claim_type | claim_key
-- → alice | code_redemption | stream/1
-- → bob | code_redemption | stream/1

SELECT kind, "limit", period, used FROM onceward.limits_by_name WHERE kind = 'code';
-- → kind | limit | period | used
-- → code | codes | ever | 2
