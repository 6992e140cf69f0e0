-- Fills a ledger with a year of history: claims that pay two currencies and a shard, so three
-- ledger entries each. Claims are inserted in the order of time across all players, so the rows of
-- one player are spread over the tables as in production. check.sql checks the result.
-- fill.ts replaces :players, :claims and :veteranClaims. Pages are read from the player 'veteran'.

CREATE TEMP TABLE histories AS
SELECT 'grown-' || place AS id, :claims AS claims FROM generate_series(1, :players) AS place
UNION ALL SELECT 'veteran', :veteranClaims;

INSERT INTO onceward.actors (kind, id, updated_at) VALUES (2, 'bench-server', now());

INSERT INTO onceward.actors (kind, id, number, version, created_at, updated_at)
SELECT 1, id, claims, claims, now() - interval '1 year', now() FROM histories;

CREATE TEMP TABLE pay AS
SELECT ordinal, n.no AS resource, delta
  FROM (VALUES (1, 'auric_coins', 2), (2, 'lumees', 150), (3, 'shards:fire', 5))
         AS paid (ordinal, name, delta)
  JOIN onceward.names n ON n.kind = 1 AND n.name = paid.name;

INSERT INTO onceward.balances (player, resource, amount, sequence)
SELECT a.no, p.resource, a.number * p.delta, a.number
  FROM onceward.actors a, pay p WHERE a.kind = 1;

INSERT INTO onceward.reward_claims (
  player, actor, claimed_at, correlation_id, fingerprint, number, version, config_version,
  operation, claim_type, claim_key, idempotency_key, input)
SELECT player, server.no, at,
       -- The time of the claim, not the time of filling.
       uuidv7(at - now()), md5(id || number)::uuid, number, number, 1,
       operation.no, type.no, 'encounter-' || number,
       id || '-' || number || '-key-0123456789',
       json_build_object('type', 'matron_victory', 'key', 'encounter-' || number,
                         'facts', json_build_object('element', 'fire', 'flawless', false))
  FROM (SELECT a.no AS player, a.id::text AS id, place AS number,
               now() - interval '1 year' * (1 - place / a.number::float8) AS at
          FROM onceward.actors a, generate_series(1, a.number) AS place
         WHERE a.kind = 1 ORDER BY at) AS planned,
       (SELECT no FROM onceward.actors WHERE kind = 2 AND id = 'bench-server') AS server,
       (SELECT no FROM onceward.names WHERE kind = 3 AND name = 'claimReward') AS operation,
       (SELECT no FROM onceward.names WHERE kind = 2 AND name = 'matron_victory') AS type;

INSERT INTO onceward.ledger_entries (
  player, number, resource, sequence, ordinal, cause, delta, before)
SELECT c.player, c.number, p.resource, c.number, p.ordinal, 1, p.delta, (c.number - 1) * p.delta
  FROM onceward.reward_claims c CROSS JOIN LATERAL (SELECT * FROM pay ORDER BY ordinal) AS p;
