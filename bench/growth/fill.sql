-- Fills a ledger with a year of history: claims that pay two currencies and a shard, so three
-- ledger entries each. Claims are inserted in the order of time across all players, so the rows of
-- one player are spread over the tables as in production. check.sql checks the result.
-- fill.ts replaces :players, :claims and :veteranClaims. Pages are read from the player 'veteran'.

CREATE TEMP TABLE histories AS
SELECT 'grown-' || number AS player_id, :claims AS claims
  FROM generate_series(1, :players) AS number
UNION ALL SELECT 'veteran', :veteranClaims;

CREATE TEMP TABLE pay (ordinal integer, resource text, delta bigint);
INSERT INTO pay VALUES (1, 'auric_coins', 2), (2, 'lumees', 150), (3, 'shards:fire', 5);

INSERT INTO onceward.players (id, version, created_at, updated_at)
SELECT player_id, claims, now() - interval '1 year', now() FROM histories;

INSERT INTO onceward.balances (player_id, resource, amount, last_sequence)
SELECT player_id, resource, claims * delta, claims FROM histories, pay;

-- The ID of a claim contains the time of the claim, not the time of filling.
INSERT INTO onceward.reward_claims (
  id, player_id, operation, claim_type, claim_key, idempotency_key, fingerprint, input, outcome,
  actor_kind, actor_id, config_version, correlation_id, player_version, balances_after, claimed_at)
SELECT uuidv7(planned.at - now()), player_id,
       'claimReward', 'matron_victory', 'encounter-' || version,
       player_id || '-' || version || '-key-0123456789',
       encode(sha256(convert_to(player_id || version, 'UTF8')), 'hex'),
       jsonb_build_object(
         'playerId', player_id, 'type', 'matron_victory', 'key', 'encounter-' || version,
         'facts', jsonb_build_object('element', 'fire', 'flawless', false), 'ticket', NULL),
       'granted', 'server', 'bench-server', 1, gen_random_uuid()::text, version,
       jsonb_build_object(
         'auric_coins', version * 2, 'lumees', version * 150, 'shards:fire', version * 5),
       planned.at
  FROM (SELECT player_id, version,
               now() - interval '1 year' * (1 - version / claims::float8) AS at
          FROM histories, generate_series(1, claims) AS version ORDER BY at) AS planned;

INSERT INTO onceward.ledger_entries (
  player_id, resource, sequence, claim_id, player_version, ordinal,
  delta, balance_before, balance_after, requested, recorded_at)
SELECT c.player_id, p.resource, c.player_version, c.id, c.player_version, p.ordinal,
       p.delta, (c.player_version - 1) * p.delta, c.player_version * p.delta, p.delta, c.claimed_at
  FROM onceward.reward_claims c CROSS JOIN LATERAL (SELECT * FROM pay ORDER BY ordinal) AS p;
