-- Puts claims of the archive back into the ledger, for `npm run archive:restore`: a part at a time,
-- the newest first, for all players or for one. Parts of the same time, because claims were put
-- back and archived again, go together. A transfer whose other player stays archived is in
-- both: the other player's entries are in the archive alone.

-- The claims of parts that are to be put back, as their files have them, but for texts of players
-- who were erased. Every one must be indexed.
CREATE OR REPLACE FUNCTION onceward.claims_to_restore(
  parts integer[], of_player bigint, stored json)
RETURNS SETOF onceward.reward_claims LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY
    SELECT w.*
      FROM json_populate_recordset(NULL::onceward.reward_claims, stored->'claims') AS c
      JOIN onceward.archived_claims z ON z.player = c.player AND z.number = c.number
     CROSS JOIN LATERAL onceward.without_texts(c, z) AS w
     WHERE z.part = ANY (parts) AND onceward.is_indexed(c, z)
       AND (of_player IS NULL OR of_player IN (c.player, c.counterparty));
END $$;

-- Puts entries back, and moves the checkpoints of their balances before them. Returns how many.
CREATE OR REPLACE FUNCTION onceward.restore_entries(
  players bigint[], numbers integer[], stored json)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  restored integer;
BEGIN
  INSERT INTO onceward.ledger_entries (
    player, delta, before, requested, anchored_at, number, sequence, resource, ordinal, cause)
  SELECT e.player, e.delta, e.before, e.requested, e.anchored_at, e.number, e.sequence,
         e.resource, e.ordinal, e.cause
    FROM json_populate_recordset(NULL::onceward.ledger_entries, stored->'entries') AS e
    JOIN unnest(players, numbers) AS n(player, number)
      ON n.player = e.player AND n.number = e.number;
  GET DIAGNOSTICS restored = ROW_COUNT;
  WITH firsts AS (
    SELECT DISTINCT ON (e.player, e.resource) e.*
      FROM unnest(players, numbers) AS n(player, number)
      JOIN onceward.ledger_entries e ON e.player = n.player AND e.number = n.number
     ORDER BY e.player, e.resource, e.sequence),
  gone AS (
    DELETE FROM onceward.checkpoints k USING firsts AS f
     WHERE k.player = f.player AND k.resource = f.resource AND f.sequence = 1)
  UPDATE onceward.checkpoints k
     SET balance = f.before, anchored_at = NULL, sequence = f.sequence - 1, number = f.number - 1
    FROM firsts AS f
   WHERE k.player = f.player AND k.resource = f.resource AND f.sequence > 1;
  RETURN restored;
END $$;

-- Lowers how far each player is archived. These numbers must be the newest that are.
CREATE OR REPLACE FUNCTION onceward.lower_archived(players bigint[], numbers integer[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM unnest(players, numbers) AS n(player, number)
      JOIN onceward.actors a ON a.no = n.player
     GROUP BY a.no HAVING max(n.number) <> a.archived
                       OR max(n.number) - min(n.number) + 1 <> count(*)) THEN
    RAISE EXCEPTION 'newer parts are put back first' USING
      ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  UPDATE onceward.actors a SET archived = nullif(s.number - 1, 0)
    FROM (SELECT n.player, min(n.number) AS number
            FROM unnest(players, numbers) AS n(player, number) GROUP BY 1) AS s
   WHERE a.no = s.player;
END $$;

-- Takes what these claims count out of what the archive counts (84_archive.sql).
CREATE OR REPLACE FUNCTION onceward.take_uses(of_players bigint[], of_numbers integer[])
RETURNS void LANGUAGE sql
BEGIN ATOMIC
  WITH gone AS (
    SELECT s.player, s.claim_type, s.resource, s.received, array_agg(s.number) AS numbers
      FROM onceward.uses_of(of_players, of_numbers) AS s
     GROUP BY s.player, s.claim_type, s.resource, s.received)
  UPDATE onceward.archived_uses u SET (numbers, amounts) = (
    SELECT coalesce(array_agg(n.number ORDER BY n.number), '{}'),
           coalesce(array_agg(n.amount ORDER BY n.number), '{}')
      FROM unnest(u.numbers, u.amounts) AS n(number, amount)
     WHERE n.number <> ALL (g.numbers))
    FROM gone AS g
   WHERE (u.player, u.claim_type, u.resource, u.received)
       = (g.player, g.claim_type, g.resource, g.received);
  DELETE FROM onceward.archived_uses u
   USING onceward.uses_of(of_players, of_numbers) AS s
   WHERE u.player = s.player AND u.numbers = '{}';
END;

-- How many claims of parts are to be put back, by the index.
CREATE OR REPLACE FUNCTION onceward.indexed_of(parts integer[], of_player bigint) RETURNS integer
LANGUAGE sql STABLE
RETURN (SELECT count(*) FROM onceward.archived_claims z
         WHERE z.part = ANY (parts)
           AND (of_player IS NULL OR of_player IN (z.player, z.counterparty)));

-- Puts parts back: all of them, or nothing. `stored`: their rows, {claims, entries}. `of_player`:
-- the number of a player; null: all.
CREATE OR REPLACE FUNCTION onceward.restore_parts(
  parts integer[], of_player bigint, stored json, operator text)
RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  claims  record;
  sides   record;
  entries integer;
BEGIN
  PERFORM FROM onceward.actors a WHERE a.no IN (
    SELECT unnest(ARRAY[c.player, c.counterparty])
      FROM onceward.claims_to_restore(parts, of_player, stored) AS c)
    ORDER BY a.no FOR NO KEY UPDATE;
  INSERT INTO onceward.reward_claims
  SELECT * FROM onceward.claims_to_restore(parts, of_player, stored)
  ON CONFLICT ON CONSTRAINT reward_claims_one_per_number DO NOTHING;
  SELECT array_agg(c.player) AS players, array_agg(c.number) AS numbers, count(*) AS found
    INTO claims FROM onceward.claims_to_restore(parts, of_player, stored) AS c;
  SELECT array_agg(s.player) AS players, array_agg(s.number) AS numbers,
         array_agg(s.player) FILTER (WHERE s.own) AS own_players,
         array_agg(s.number) FILTER (WHERE s.own) AS own_numbers INTO sides
    FROM onceward.sides_of(claims.players, claims.numbers) AS s
   WHERE s.archived AND (of_player IS NULL OR s.player = of_player);
  entries := onceward.restore_entries(sides.players, sides.numbers, stored);
  IF claims.found <> onceward.indexed_of(parts, of_player)
     OR (SELECT sum(z.entries) FROM unnest(claims.players, claims.numbers) AS n(player, number)
           JOIN onceward.archived_claims z ON z.player = n.player AND z.number = n.number)
        <> (SELECT count(*)
              FROM json_populate_recordset(NULL::onceward.ledger_entries, stored->'entries') AS e
              JOIN onceward.sides_of(claims.players, claims.numbers) AS s
                ON s.player = e.player AND s.number = e.number) THEN
    RAISE EXCEPTION 'the files of parts % do not hold what the index says', parts
      USING ERRCODE = 'data_corrupted';
  END IF;
  PERFORM onceward.take_uses(sides.own_players, sides.own_numbers);
  PERFORM onceward.lower_archived(sides.players, sides.numbers);
  DELETE FROM onceward.archived_claims z
   WHERE z.part = ANY (parts) AND NOT EXISTS (
     SELECT FROM onceward.actors a
      WHERE a.no = z.player AND a.archived >= z.number
         OR a.no = z.counterparty AND a.archived >= z.counterparty_number);
  UPDATE onceward.archive_parts p SET restored_at = date_trunc('milliseconds', clock_timestamp())
   WHERE p.no = ANY (parts) AND NOT EXISTS (
     SELECT FROM onceward.archived_claims z WHERE z.part = p.no);
  INSERT INTO onceward.audit_events (actor, player, action, outcome, detail)
  VALUES (onceward.register_actor('operator', operator), of_player, 'archive.restore', 'done',
          jsonb_build_object('parts', parts, 'claims', claims.found, 'entries', entries));
  RETURN claims.found;
END $$;
