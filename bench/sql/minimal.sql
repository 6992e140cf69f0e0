-- The minimal claim function: pays the benchmark's claim and writes ledger entries as fast as
-- possible. It has no key lookup, replay, lock, version or limits. PostGraphile serves it, and the
-- benchmark calls it directly, to show what Onceward's guarantees cost.

CREATE SCHEMA minimal;

CREATE TABLE minimal.players (
  id    text PRIMARY KEY,
  level integer NOT NULL DEFAULT 1
);

CREATE TABLE minimal.balances (
  player_id text NOT NULL REFERENCES minimal.players,
  resource  text NOT NULL,
  amount    bigint NOT NULL,
  PRIMARY KEY (player_id, resource)
);

-- The idempotency key is stored and never looked up.
CREATE TABLE minimal.claims (
  id              uuid PRIMARY KEY DEFAULT uuidv7(),
  player_id       text NOT NULL REFERENCES minimal.players,
  claim_type      text NOT NULL,
  claim_key       text NOT NULL,
  idempotency_key text NOT NULL,
  claimed_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE minimal.ledger_entries (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  player_id      text NOT NULL,
  resource       text NOT NULL,
  claim_id       uuid NOT NULL REFERENCES minimal.claims,
  delta          bigint NOT NULL,
  balance_before bigint NOT NULL,
  balance_after  bigint NOT NULL,
  recorded_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ledger_entries_of_a_player ON minimal.ledger_entries (player_id, id);

CREATE TYPE minimal.receipt AS (
  claim_id uuid, level_before integer, level_after integer, changes jsonb);

-- Level n starts at 50 * n * (n - 1) experience, as in the example config.
CREATE FUNCTION minimal.claim_reward(
  player_id text, claim_key text, idempotency_key text, rating_gap integer)
RETURNS minimal.receipt LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
  paid     minimal.receipt;
  levels   integer;
  level_up jsonb;
BEGIN
  INSERT INTO minimal.players (id) VALUES (claim_reward.player_id) ON CONFLICT DO NOTHING;
  INSERT INTO minimal.claims (player_id, claim_type, claim_key, idempotency_key)
  VALUES (claim_reward.player_id, 'pvp_victory', claim_reward.claim_key,
          claim_reward.idempotency_key)
  RETURNING id INTO paid.claim_id;

  paid.changes := minimal.move(
    claim_reward.player_id, paid.claim_id,
    ARRAY['auric_coins', 'experience', 'lumees'],
    ARRAY[CASE WHEN rating_gap >= 200 THEN 2 ELSE 1 END, 60,
          least(250, greatest(50, 100 + rating_gap / 10))]::bigint[]);

  SELECT level INTO paid.level_before FROM minimal.players WHERE id = claim_reward.player_id;
  paid.level_after := floor((1 + sqrt(1 + (paid.changes->1->>'after')::bigint / 12.5)) / 2);
  levels := paid.level_after - paid.level_before;
  IF levels > 0 THEN
    UPDATE minimal.players SET level = paid.level_after WHERE id = claim_reward.player_id;
    level_up := minimal.move(
      claim_reward.player_id, paid.claim_id,
      ARRAY['levels_paid', 'stat_points'], ARRAY[levels, 3 * levels]::bigint[]);
    paid.changes := paid.changes || level_up;
  END IF;
  RETURN paid;
END $$;

-- Callers pass resources in the order of their names, so that concurrent claims cannot deadlock.
CREATE FUNCTION minimal.move(
  player_id text, claim_id uuid, resources text[], deltas bigint[])
RETURNS jsonb LANGUAGE sql VOLATILE AS $$
  WITH moved AS (
    INSERT INTO minimal.balances AS b (player_id, resource, amount)
    SELECT $1, resource, delta FROM unnest($3, $4) AS given(resource, delta)
    ON CONFLICT (player_id, resource) DO UPDATE SET amount = b.amount + excluded.amount
    RETURNING resource, coalesce(old.amount, 0) AS before, new.amount AS after),
  written AS (
    INSERT INTO minimal.ledger_entries (
      player_id, resource, claim_id, delta, balance_before, balance_after)
    SELECT $1, resource, $2, after - before, before, after FROM moved
    RETURNING resource, delta, balance_before, balance_after)
  SELECT jsonb_agg(
           jsonb_build_object('resource', resource, 'before', balance_before,
                              'after', balance_after, 'delta', delta)
           ORDER BY resource)
    FROM written
$$;
-- Hides the function from PostGraphile.
COMMENT ON FUNCTION minimal.move IS '@behavior -*';
