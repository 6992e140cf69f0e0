-- Moves old claims of players and their entries out of the ledger, after `npm run archive` wrote
-- them to files and read these back. What stays: an index row of each claim (archive-tables.ts), a
-- checkpoint of each balance, and for each player the number up to which claims are archived.
-- Source keys, reversed claims, counters and audit rows stay as they are.
--
-- A part holds the claims of an interval of time. Times rise with numbers, and both players of a
-- transfer have it at one time, so an interval is the next piece of every history that it touches.

-- The claims of an interval, in the order of the file.
CREATE OR REPLACE FUNCTION onceward.claims_to_archive(since timestamptz, until timestamptz)
RETURNS SETOF onceward.reward_claims LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT c.* FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player
   WHERE c.claimed_at >= since AND c.claimed_at < until AND a.kind = 1
   ORDER BY c.claimed_at, c.player, c.number;
END;

-- The entries of claims, in the order of the file: those of the claim's player come first.
CREATE OR REPLACE FUNCTION onceward.entries_to_archive(players bigint[], numbers integer[])
RETURNS TABLE (place bigint, entry onceward.ledger_entries) LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT n.place, e
    FROM unnest(players, numbers) WITH ORDINALITY AS n(player, number, place)
    JOIN onceward.reward_claims c ON c.player = n.player AND c.number = n.number
    CROSS JOIN LATERAL (
      SELECT 1 AS side, x.* FROM onceward.ledger_entries x
       WHERE x.player = c.player AND x.number = c.number
      UNION ALL
      SELECT 2, x.* FROM onceward.ledger_entries x
       WHERE x.player = c.counterparty AND x.number = c.counterparty_number) AS s
    JOIN onceward.ledger_entries e
      ON e.player = s.player AND e.number = s.number AND e.ordinal = s.ordinal
   ORDER BY n.place, s.side, s.ordinal;
END;

-- Those of them that the archive does not hold yet. It holds claims that were put back for one of
-- their two players.
CREATE OR REPLACE FUNCTION onceward.claims_to_write(since timestamptz, until timestamptz)
RETURNS SETOF onceward.reward_claims LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT c.* FROM onceward.claims_to_archive(since, until) AS c
   WHERE NOT EXISTS (SELECT FROM onceward.archived_claims z
                      WHERE z.player = c.player AND z.number = c.number)
   ORDER BY c.claimed_at, c.player, c.number;
END;

-- The keys with which the texts of these players are sealed. A player who was erased has none.
CREATE OR REPLACE FUNCTION onceward.keys_to_archive(players bigint[])
RETURNS SETOF onceward.archive_keys LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  -- An erasure that is under way ends first, and the next statement sees it.
  PERFORM FROM onceward.actors a
   WHERE a.no = ANY (players)
     AND NOT EXISTS (SELECT FROM onceward.archive_keys k WHERE k.player = a.no)
   ORDER BY a.no FOR KEY SHARE;
  INSERT INTO onceward.archive_keys (player, key)
  SELECT a.no, sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
                      || uuid_send(gen_random_uuid()))
    FROM onceward.actors a
   WHERE a.no = ANY (players)
     AND NOT EXISTS (SELECT FROM onceward.erasures e WHERE e.player = a.no)
  ON CONFLICT DO NOTHING;
  RETURN QUERY SELECT k.* FROM onceward.archive_keys k WHERE k.player = ANY (players);
END $$;

-- How many erasures are done. What was read before another one was may have texts that it replaced.
CREATE OR REPLACE FUNCTION onceward.erasures_done() RETURNS bigint LANGUAGE sql STABLE
RETURN (SELECT count(*) FROM onceward.erasures e WHERE e.state = 'done');

-- Replaces in the index rows of a part what names players who are being erased: their search may
-- have passed it.
CREATE OR REPLACE FUNCTION onceward.scrub_part(of_part integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  sought CONSTANT onceward.erasures[] := ARRAY(
    SELECT e FROM onceward.erasures e WHERE e.state <> 'done');
BEGIN
  IF cardinality(sought) > 0 THEN
    PERFORM onceward.scrub('archived_claims', sought, false, format('t.part = %s', of_part));
  END IF;
END $$;

-- Writes the index rows of a part. Returns the number of entries, and what they add up to.
-- `texts`: of claims that have some, [{player, number, texts}].
CREATE OR REPLACE FUNCTION onceward.index_part(
  part onceward.archive_parts, texts json, OUT claims integer, OUT entries integer, OUT sums jsonb)
LANGUAGE plpgsql AS $$
DECLARE
  players bigint[];
  numbers integer[];
BEGIN
  SELECT array_agg(c.player ORDER BY c.claimed_at, c.player, c.number),
         array_agg(c.number ORDER BY c.claimed_at, c.player, c.number) INTO players, numbers
    FROM onceward.claims_to_write(part.claimed_from, part.claimed_until) AS c;
  claims := coalesce(cardinality(players), 0);
  SELECT coalesce(sum(r.entries), 0), coalesce(jsonb_object_agg(r.resource, r.total::text), '{}')
    INTO entries, sums
    FROM (SELECT (e.entry).resource, count(*) AS entries, sum((e.entry).delta) AS total
            FROM onceward.entries_to_archive(players, numbers) AS e GROUP BY 1) AS r;
  INSERT INTO onceward.archived_claims (
    player, claimed_at, key_digest, claim_digest, fingerprint, counterparty, expired_at, number,
    part, row, entry_row, counterparty_number, announced, entries, generation, became_pending,
    texts)
  SELECT c.player, c.claimed_at, onceward.digest_of(c.idempotency_key),
         onceward.claim_digest(c.claim_type, c.claim_key), c.fingerprint, c.counterparty,
         CASE WHEN c.units = 0 THEN c.occurred_at END, c.number, part.no, n.place - 1,
         sum(e.entries) OVER (ORDER BY n.place) - e.entries, c.counterparty_number, c.announced,
         e.entries, c.generation, c.became_pending,
         CASE WHEN NOT EXISTS (SELECT FROM onceward.erasures x WHERE x.player = c.player)
              THEN t.texts END
    FROM unnest(players, numbers) WITH ORDINALITY AS n(player, number, place)
    JOIN onceward.reward_claims c ON c.player = n.player AND c.number = n.number
    LEFT JOIN json_to_recordset(index_part.texts) AS t(player bigint, number integer, texts json)
      ON t.player = n.player AND t.number = n.number
    CROSS JOIN LATERAL (
      SELECT (SELECT count(*) FROM onceward.ledger_entries x
               WHERE x.player = c.player AND x.number = c.number)
           + (SELECT count(*) FROM onceward.ledger_entries x
               WHERE x.player = c.counterparty AND x.number = c.counterparty_number)
             AS entries OFFSET 0) AS e;
END $$;

-- What these claims count towards limits (07_limits.sql): their units, what they took, and what
-- others received by that. A claim that was reopened counts nothing.
CREATE OR REPLACE FUNCTION onceward.uses_of(players bigint[], numbers integer[])
RETURNS TABLE (player bigint, number integer, claim_type smallint, resource smallint,
               received boolean, claimed_at timestamptz, used bigint) LANGUAGE sql STABLE
BEGIN ATOMIC
  WITH claims AS (
    SELECT c.* FROM unnest(players, numbers) AS n(player, number)
      JOIN onceward.reward_claims c ON c.player = n.player AND c.number = n.number
     WHERE NOT EXISTS (SELECT FROM onceward.reversed_claims r
                        WHERE r.player = c.player AND r.number = c.number AND r.reopened)),
  taken AS (
    SELECT c.player, c.number, c.counterparty, c.counterparty_number, c.claim_type, c.claimed_at,
           e.resource, -e.delta AS used
      FROM claims AS c
      JOIN onceward.ledger_entries e ON e.player = c.player AND e.number = c.number
     WHERE e.cause = 1 AND e.delta < 0)
  SELECT s.player, s.number, s.claim_type, s.resource, s.received, s.claimed_at, sum(s.used)
    FROM (SELECT c.player, c.number, c.claim_type, 0::smallint AS resource, false AS received,
                 c.claimed_at, c.units::bigint AS used FROM claims AS c
          UNION ALL
          SELECT t.player, t.number, t.claim_type, t.resource, false, t.claimed_at, t.used
            FROM taken AS t
          UNION ALL
          SELECT t.counterparty, t.counterparty_number, t.claim_type, t.resource, true,
                 t.claimed_at, t.used
            FROM taken AS t WHERE t.counterparty IS NOT NULL) AS s
   GROUP BY s.player, s.number, s.claim_type, s.resource, s.received, s.claimed_at;
END;

-- Adds them to what the archive counts.
CREATE OR REPLACE FUNCTION onceward.add_uses(players bigint[], numbers integer[])
RETURNS void LANGUAGE sql
BEGIN ATOMIC
  INSERT INTO onceward.archived_uses AS u (
    player, until, claim_type, resource, received, numbers, amounts)
  SELECT s.player, max(s.claimed_at), s.claim_type, s.resource, s.received,
         array_agg(s.number ORDER BY s.number), array_agg(s.used ORDER BY s.number)
    FROM onceward.uses_of(players, numbers) AS s
   GROUP BY s.player, s.claim_type, s.resource, s.received
  ON CONFLICT ON CONSTRAINT archived_uses_one_per_type DO UPDATE
    SET until = greatest(u.until, excluded.until), numbers = u.numbers || excluded.numbers,
        amounts = u.amounts || excluded.amounts;
END;

-- Where the chains of these players go on: behind the last entry of each balance among these
-- numbers.
CREATE OR REPLACE FUNCTION onceward.set_checkpoints(players bigint[], numbers integer[])
RETURNS void LANGUAGE sql
BEGIN ATOMIC
  INSERT INTO onceward.checkpoints AS k (player, resource, balance, anchored_at, sequence, number)
  SELECT DISTINCT ON (e.player, e.resource) e.player, e.resource, e.before + e.delta,
         e.anchored_at, e.sequence, e.number
    FROM unnest(players, numbers) AS n(player, number)
    JOIN onceward.ledger_entries e ON e.player = n.player AND e.number = n.number
   ORDER BY e.player, e.resource, e.sequence DESC
  ON CONFLICT ON CONSTRAINT checkpoints_one_per_balance DO UPDATE
    SET balance = excluded.balance, anchored_at = excluded.anchored_at,
        sequence = excluded.sequence, number = excluded.number;
END;

-- Raises how far each player is archived. These numbers must follow what is archived without a gap.
CREATE OR REPLACE FUNCTION onceward.set_archived(players bigint[], numbers integer[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM unnest(players, numbers) AS n(player, number)
      JOIN onceward.actors a ON a.no = n.player
     GROUP BY a.no HAVING max(n.number) - coalesce(a.archived, 0) <> count(*)) THEN
    RAISE EXCEPTION 'the claims of a player do not follow those that are archived'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  UPDATE onceward.actors a SET archived = s.number
    FROM (SELECT n.player, max(n.number) AS number
            FROM unnest(players, numbers) AS n(player, number) GROUP BY 1) AS s
   WHERE a.no = s.player;
END $$;

-- Why a part may not leave; null: it may.
CREATE OR REPLACE FUNCTION onceward.part_problem(part onceward.archive_parts) RETURNS text
LANGUAGE sql STABLE
RETURN CASE
  WHEN part.claimed_until > now() - (SELECT s.archive_after_days FROM onceward.settings s)
                                    * interval '1 day'
    THEN 'its claims are younger than settings.archive_after_days'
  WHEN EXISTS (
    SELECT FROM onceward.claims_to_archive(part.claimed_from, part.claimed_until) AS c
      JOIN onceward.outbox o ON o.player = c.player AND o.number = c.number)
    THEN 'events of its claims are still in the outbox'
  WHEN EXISTS (
    SELECT FROM onceward.claims_to_archive(part.claimed_from, part.claimed_until) AS c
      LEFT JOIN onceward.ledger_entries e ON e.player = c.player AND e.number = c.number
     WHERE date_trunc('milliseconds', c.claimed_at) <> c.claimed_at
        OR date_trunc('milliseconds', c.occurred_at) <> c.occurred_at
        OR date_trunc('milliseconds', e.anchored_at) <> e.anchored_at)
    THEN 'a time is not a whole millisecond' END;

-- Moves a part: all of it, or nothing. `given`: a row of archive_parts, with the counts and the
-- sums of what was read back from its files, `texts` as of index_part, and `erased`, which is
-- erasures_done() before they were read. `operator`: who runs the command.
CREATE OR REPLACE FUNCTION onceward.archive_part(given json, operator text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  part    onceward.archive_parts := json_populate_record(NULL::onceward.archive_parts, given);
  found   record;
  claims  record;
  sides   record;
  problem text;
BEGIN
  -- No erasure makes a step until the part has left.
  PERFORM FROM onceward.erasure_search FOR UPDATE;
  IF (given->>'erased')::bigint IS DISTINCT FROM onceward.erasures_done() THEN
    RAISE EXCEPTION 'players were erased while part % was written', part.no
      USING ERRCODE = 'serialization_failure';
  END IF;
  SELECT array_agg(c.player) AS players, array_agg(c.number) AS numbers INTO claims
    FROM onceward.claims_to_archive(part.claimed_from, part.claimed_until) AS c;
  -- As the kernel locks them: by number.
  PERFORM FROM onceward.actors a WHERE a.no IN (
    SELECT unnest(claims.players) UNION ALL
    SELECT c.counterparty
      FROM onceward.claims_to_archive(part.claimed_from, part.claimed_until) AS c)
    ORDER BY a.no FOR NO KEY UPDATE;
  problem := onceward.part_problem(part);
  IF problem IS NULL THEN
    found := onceward.index_part(part, given->'texts');
    IF (found.claims, found.entries, found.sums)
       IS DISTINCT FROM (part.claims, part.entries, part.sums::jsonb) THEN
      problem := 'its files hold other claims than the ledger';
    END IF;
  END IF;
  IF problem IS NOT NULL THEN
    RAISE EXCEPTION 'part % cannot be archived: %', part.no, problem
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  part.archived_at := date_trunc('milliseconds', clock_timestamp());
  INSERT INTO onceward.archive_parts SELECT part.*;
  PERFORM onceward.scrub_part(part.no);
  SELECT array_agg(s.player) AS players, array_agg(s.number) AS numbers,
         array_agg(s.player) FILTER (WHERE s.own) AS own_players,
         array_agg(s.number) FILTER (WHERE s.own) AS own_numbers INTO sides
    FROM onceward.sides_of(claims.players, claims.numbers) AS s WHERE NOT s.archived;
  PERFORM onceward.add_uses(sides.own_players, sides.own_numbers);
  PERFORM onceward.set_checkpoints(sides.players, sides.numbers);
  PERFORM onceward.set_archived(sides.players, sides.numbers);
  DELETE FROM onceward.ledger_entries e
   USING unnest(sides.players, sides.numbers) AS n(player, number)
   WHERE e.player = n.player AND e.number = n.number;
  DELETE FROM onceward.reward_claims c
   USING unnest(claims.players, claims.numbers) AS n(player, number)
   WHERE c.player = n.player AND c.number = n.number;
  INSERT INTO onceward.audit_events (actor, action, outcome, detail)
  VALUES (onceward.register_actor('operator', operator), 'archive', 'done', jsonb_build_object(
    'part', part.no, 'claims', part.claims, 'entries', part.entries,
    'from', part.claimed_from, 'until', part.claimed_until));
END $$;

-- The histories in which these claims are: of their players and of the other players of transfers.
CREATE OR REPLACE FUNCTION onceward.sides_of(players bigint[], numbers integer[])
RETURNS TABLE (player bigint, number integer, own boolean, archived boolean) LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT s.player, s.number, s.own, coalesce(a.archived >= s.number, false)
    FROM (SELECT n.player, n.number, true AS own
            FROM unnest(players, numbers) AS n(player, number)
          UNION ALL
          SELECT c.counterparty, c.counterparty_number, false
            FROM unnest(players, numbers) AS n(player, number)
            JOIN onceward.reward_claims c ON c.player = n.player AND c.number = n.number
           WHERE c.counterparty IS NOT NULL) AS s
    JOIN onceward.actors a ON a.no = s.player;
END;
