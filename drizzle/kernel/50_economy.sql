-- Rolls the ledger up into sums per day, for staff. Nothing of this happens in the transaction of a
-- claim: the Worker's scheduled handler calls roll_up_economy each minute. Its queue is the outbox:
-- an event carries the ID of its transaction, and those below the oldest running one are all there.
-- So what is contained is exact, however long a transaction takes. With the outbox switched off,
-- nothing is rolled up.
--
-- Days are those of UTC, by `claimed_at`: a sum can be checked without any config, and a change of
-- the game's time zone moves nothing.

-- Buckets of the distribution of balances. Up to 15 each amount has its own. Above, each power of 2
-- has 16 of equal width, so a bucket is at most 6.25 % wide. Of a debt: the negative number.
CREATE OR REPLACE FUNCTION onceward.bucket_of(amount bigint) RETURNS smallint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT ((CASE WHEN amount < 0 THEN -1 ELSE 1 END)
                * CASE WHEN size < 16 THEN size
                       ELSE 16 * (power - 4) + (size >> power - 4) END)::smallint
          FROM (SELECT abs(amount) AS size,
                       64 - position(B'1' IN abs(amount)::bit(64)) AS power) AS a);

-- The next events after this one, of transactions below `below`, in their order.
CREATE OR REPLACE FUNCTION onceward.events_after(
  after_transaction xid8, after_event bigint, below xid8, at_most integer)
RETURNS TABLE (transaction xid8, no bigint, player bigint, number integer)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT e.transaction, e.no, e.player, e.number FROM (
    (SELECT o.transaction, o.no, o.player, o.number FROM onceward.outbox o
      WHERE o.slot = 0 AND (o.transaction, o.no) > (after_transaction, after_event)
        AND o.transaction < below ORDER BY o.transaction, o.no LIMIT at_most)
    UNION ALL
    (SELECT o.transaction, o.no, o.player, o.number FROM onceward.outbox o
      WHERE o.slot = 1 AND (o.transaction, o.no) > (after_transaction, after_event)
        AND o.transaction < below ORDER BY o.transaction, o.no LIMIT at_most)
    UNION ALL
    (SELECT o.transaction, o.no, o.player, o.number FROM onceward.outbox o
      WHERE o.slot = 2 AND (o.transaction, o.no) > (after_transaction, after_event)
        AND o.transaction < below ORDER BY o.transaction, o.no LIMIT at_most)) AS e
   ORDER BY e.transaction, e.no LIMIT at_most;
END;

-- Adds the entries of these claims, those of a transfer's other player included.
CREATE OR REPLACE FUNCTION onceward.add_flows(players bigint[], numbers integer[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  WITH entries AS MATERIALIZED (
    SELECT (c.claimed_at AT TIME ZONE 'UTC')::date AS day, c.claim_type, c.operation,
           c.counterparty IS NOT NULL AS between_players, e.resource, e.cause, e.sequence,
           e.before, e.delta
      FROM unnest(players, numbers) AS n(player, number)
      JOIN onceward.reward_claims c ON (c.player, c.number) = (n.player, n.number)
      CROSS JOIN LATERAL (
        SELECT x.resource, x.cause, x.sequence, x.before, x.delta
          FROM onceward.ledger_entries x WHERE (x.player, x.number) = (c.player, c.number)
        UNION ALL
        SELECT x.resource, x.cause, x.sequence, x.before, x.delta FROM onceward.ledger_entries x
         WHERE (x.player, x.number) = (c.counterparty, c.counterparty_number)) AS e),
  flows AS (
    INSERT INTO onceward.economy_flows AS f (
      day, gained, lost, entries, resource, claim_type, operation, cause, between_players)
    SELECT e.day, coalesce(sum(e.delta) FILTER (WHERE e.delta > 0), 0),
           coalesce(-sum(e.delta) FILTER (WHERE e.delta < 0), 0), count(*),
           e.resource, e.claim_type, e.operation, e.cause, e.between_players
      FROM entries AS e GROUP BY 1, 5, 6, 7, 8, 9
    ON CONFLICT ON CONSTRAINT economy_flows_once DO UPDATE
      SET gained = f.gained + excluded.gained, lost = f.lost + excluded.lost,
          entries = f.entries + excluded.entries)
  -- An entry moves its player to another bucket. The first one of a balance comes from none.
  INSERT INTO onceward.economy_buckets AS b (resource, bucket, players)
  SELECT m.resource, m.bucket, sum(m.players) FROM (
      SELECT e.resource, onceward.bucket_of(e.before + e.delta) AS bucket, 1 AS players
        FROM entries AS e
      UNION ALL
      SELECT e.resource, onceward.bucket_of(e.before), -1 FROM entries AS e
       WHERE e.sequence > 1) AS m
   GROUP BY 1, 2 HAVING sum(m.players) <> 0
  ON CONFLICT ON CONSTRAINT economy_buckets_once
    DO UPDATE SET players = b.players + excluded.players;
END $$;

-- Counts these claims and their draws. What staff and servers do for nobody belongs to its actor,
-- and is no claim of a player.
CREATE OR REPLACE FUNCTION onceward.add_claims(players bigint[], numbers integer[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  WITH claims AS MATERIALIZED (
    SELECT (c.claimed_at AT TIME ZONE 'UTC')::date AS day, c.claim_type, c.operation, c.units,
           coalesce(c.amounts_version, c.config_version) AS config_version, c.draws
      FROM unnest(players, numbers) AS n(player, number)
      JOIN onceward.actors a ON a.no = n.player AND a.kind = 1
      JOIN onceward.reward_claims c ON (c.player, c.number) = (n.player, n.number)),
  counts AS (
    INSERT INTO onceward.economy_claims AS t (day, claims, units, claim_type, operation)
    SELECT c.day, count(*), sum(c.units), c.claim_type, c.operation
      FROM claims AS c GROUP BY 1, 4, 5
    ON CONFLICT ON CONSTRAINT economy_claims_once DO UPDATE
      SET claims = t.claims + excluded.claims, units = t.units + excluded.units)
  INSERT INTO onceward.economy_draws AS t (
    day, draws, config_version, guaranteed, "table", outcome)
  SELECT c.day, count(*), c.config_version, (d->>'guaranteed')::boolean, d->>'table',
         d->>'outcome'
    FROM claims AS c CROSS JOIN LATERAL json_array_elements(c.draws) AS d
   GROUP BY 1, 3, 4, 5, 6
  ON CONFLICT ON CONSTRAINT economy_draws_once DO UPDATE SET draws = t.draws + excluded.draws;
END $$;

-- Adds at most `at_most` claims to the sums and returns how many; with fewer than that, all are
-- contained that can be. Sums and position change in one transaction, under a lock: a second
-- caller returns 0 meanwhile, and what a crash undoes is done by the next call. The app role may
-- call this function: what is to be added, the outbox says.
CREATE OR REPLACE FUNCTION onceward.roll_up_economy(at_most integer DEFAULT 5000)
RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  many    CONSTANT integer := least(greatest(at_most, 1), 10000);
  moment  CONSTANT timestamptz := statement_timestamp();
  -- Before this transaction has an ID, which would be the oldest running one.
  seen    CONSTANT pg_snapshot := pg_current_snapshot();
  rolled  onceward.economy_roll_up;
  players bigint[];
  numbers integer[];
BEGIN
  SELECT * INTO rolled FROM onceward.economy_roll_up FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN 0; END IF;
  SELECT array_agg(e.player), array_agg(e.number), coalesce(max(e.transaction), rolled.transaction),
         coalesce((array_agg(e.no ORDER BY e.transaction DESC, e.no DESC))[1], rolled.event)
    INTO players, numbers, rolled.transaction, rolled.event
    FROM onceward.events_after(
           rolled.transaction, rolled.event, pg_snapshot_xmin(seen), many) AS e;
  IF players IS NOT NULL THEN
    PERFORM onceward.add_flows(players, numbers);
    PERFORM onceward.add_claims(players, numbers);
  END IF;
  rolled.below := greatest(rolled.below, CASE WHEN cardinality(players) = many
    THEN rolled.transaction ELSE pg_snapshot_xmin(seen) END);
  -- What was committed when a snapshot was taken is below the end of that snapshot.
  IF rolled.next_until IS NULL OR rolled.below >= rolled.next_below THEN
    rolled.complete_until := coalesce(rolled.next_until, rolled.complete_until);
    rolled.next_until := moment;
    rolled.next_below := pg_snapshot_xmax(seen);
    IF rolled.below >= rolled.next_below THEN rolled.complete_until := moment; END IF;
  END IF;
  UPDATE onceward.economy_roll_up
     SET transaction = rolled.transaction, event = rolled.event, below = rolled.below,
         complete_until = rolled.complete_until, next_below = rolled.next_below,
         next_until = rolled.next_until;
  RETURN coalesce(cardinality(players), 0);
END $$;

-- A database that was restored from a dump has events of another server's transactions. If those
-- lie ahead of this server's, they would count as running, and new ones as rolled up already. They
-- become transactions that are older than any of a server: 3 what is rolled up, 4 what is not.
-- Other readers begin again with all that is kept. `npm run migrate` calls it. Returns whether
-- there was anything to change.
CREATE OR REPLACE FUNCTION onceward.adopt_restored_events() RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rolled onceward.economy_roll_up;
BEGIN
  PERFORM FROM onceward.economy_roll_up FOR UPDATE;
  -- One statement: nothing that its snapshot shows is newer than that snapshot. To an older one,
  -- what is written meanwhile would lie ahead.
  SELECT r.* INTO rolled FROM onceward.economy_roll_up AS r
   WHERE greatest(r.transaction, r.below, r.next_below) > pg_snapshot_xmax(pg_current_snapshot())
      OR EXISTS (SELECT FROM onceward.outbox o
                  WHERE o.transaction > pg_snapshot_xmax(pg_current_snapshot()));
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE onceward.outbox o
     SET transaction = CASE WHEN (o.transaction, o.no) > (rolled.transaction, rolled.event)
                            THEN '4'::xid8 ELSE '3'::xid8 END;
  UPDATE onceward.economy_roll_up
     SET transaction = '3', below = '3', next_below = '0', next_until = NULL,
         event = greatest(rolled.event, (SELECT max(o.no) FROM onceward.outbox o));
  UPDATE onceward.outbox_state SET removed_transaction = '0', removed_event = 0;
  UPDATE onceward.event_readers SET transaction = '0', event = 0;
  UPDATE onceward.endpoints
     SET transaction = '0', event = 0, holder = NULL, held_until = NULL,
         state = CASE state WHEN 'enabled' THEN 'suspended' ELSE state END;
  UPDATE onceward.waiting_events SET transaction = '3';
  UPDATE onceward.dead_letters SET transaction = '3';
  DELETE FROM onceward.event_marks;
  RETURN true;
END $$;
