-- Erasing a player (docs/erasure.md): an action of staff (40_actions.sql). Its transaction gives
-- the player another ID and another handle, so that nothing finds them any more. Steps then scrub
-- the player's rows, and search those of others for mentions; the erasure keeps the old ID until
-- that is done. Numbers, sums and chains are not touched.
--
-- Operations of the player: one that holds the player's lock commits before the erasure; one that
-- waits for it finds another ID, fails, and its retry is of a new player.

-- The row is locked before the staff member's, as commit_operations does. No rejection has the ID:
-- it would stay.
CREATE OR REPLACE FUNCTION onceward.judge_erasure(action jsonb) RETURNS json
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM onceward.actors a WHERE a.id::text = action->>'player' AND a.kind = 1 FOR UPDATE;
  IF NOT FOUND OR EXISTS (
    SELECT FROM onceward.erasures e WHERE e.new_id = action->>'player') THEN
    RETURN json_build_object('kind', 'erasure_refused', 'why', 'unknown_player');
  END IF;
  RETURN NULL;
END $$;

-- The approval under which it is executed, if settings demand one; null: it waits for it.
CREATE OR REPLACE FUNCTION onceward.approval_of_erasure(
  player onceward.actors, reason text, by_actor bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  subject  CONSTANT text := player.no::text;
  digest   CONSTANT text := encode(sha256(convert_to(
    'player.erase ' || player.no || ' ' || encode(player.handle, 'hex'), 'UTF8')), 'hex');
  approval bigint := onceward.approval_of('player.erase', subject, digest);
BEGIN
  IF approval IS NULL THEN
    PERFORM onceward.propose('player.erase', subject, digest, 'player:erase',
      json_build_object('playerId', player.id, 'reason', reason), by_actor);
  ELSE
    PERFORM onceward.execute_proposal(approval);
  END IF;
  RETURN approval;
END $$;

CREATE OR REPLACE FUNCTION onceward.erase_player(
  action jsonb, by_actor bigint, by_number integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  moment   CONSTANT timestamptz := date_trunc('milliseconds', clock_timestamp());
  player   onceward.actors;
  erasure  onceward.erasures;
  approval bigint;
BEGIN
  SELECT a.* INTO STRICT player FROM onceward.actors a
   WHERE a.id::text = action->>'player' AND a.kind = 1;
  IF (SELECT s.erasure_approval FROM onceward.settings s) THEN
    approval := onceward.approval_of_erasure(player, action->>'reason', by_actor);
    IF approval IS NULL THEN RETURN; END IF;
  END IF;
  INSERT INTO onceward.erasures (
    player, made_by, made_number, made_at, stepped_at, proposal, claims_to, new_id, digest, old_id,
    old_handle, salt)
  VALUES (
    player.no, by_actor, by_number, moment, moment, approval, player.number,
    'erased-' || encode(onceward.new_handle() || onceward.new_handle(), 'hex'), action->>'digest',
    player.id, player.handle, onceward.new_handle() || onceward.new_handle())
  RETURNING * INTO erasure;
  UPDATE onceward.actors a
     SET id = erasure.new_id, handle = onceward.new_handle(), zones = NULL
   WHERE a.no = player.no;
  -- Here, because what settles pending rewards reads their keys.
  PERFORM onceward.count_scrubbed(erasure.no, 'pending_rewards', onceward.scrub(
    'pending_rewards', ARRAY[erasure], true, format('t.player = %s', player.no)));
  -- From here on nobody can read what the files of the archive hold of the player.
  PERFORM onceward.count_scrubbed(erasure.no, 'archive_keys', onceward.scrub(
    'archive_keys', ARRAY[erasure], true, format('t.player = %s', player.no)));
END $$;

CREATE OR REPLACE FUNCTION onceward.count_scrubbed(p_no bigint, of_table text, rows_of bigint)
RETURNS void LANGUAGE sql VOLATILE
BEGIN ATOMIC
  UPDATE onceward.erasures e
     SET counts = (e.counts::jsonb || jsonb_build_object(
           of_table, coalesce((e.counts->>of_table)::bigint, 0) + rows_of))::json,
         stepped_at = date_trunc('milliseconds', clock_timestamp())
   WHERE e.no = p_no AND rows_of > 0;
END;

-- As the API shows it.
CREATE OR REPLACE FUNCTION onceward.erasure_json(p_no bigint) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'id', e.no, 'state', e.state, 'erasedId', e.new_id, 'digest', e.digest,
           'proposalId', e.proposal, 'counts', e.counts,
           'madeBy', (SELECT a.id FROM onceward.actors a WHERE a.no = e.made_by),
           'madeAt', onceward.shown_time(e.made_at), 'endedAt', onceward.shown_time(e.ended_at))
    FROM onceward.erasures e WHERE e.no = p_no);

-- What the action made: the erasure, or the proposal that it waits for.
CREATE OR REPLACE FUNCTION onceward.erasure_of_action(
  action jsonb, by_actor bigint, by_number integer) RETURNS json
LANGUAGE sql STABLE
RETURN json_build_object(
  'erasure', onceward.erasure_json((SELECT e.no FROM onceward.erasures e
    WHERE (e.made_by, e.made_number) = (by_actor, by_number))),
  'proposalId', (
    SELECT p.no FROM onceward.actors a JOIN onceward.proposals p ON p.subject = a.no::text
     WHERE a.id::text = action->>'player' AND a.kind = 1 AND p.kind = 'player.erase'
       AND p.state IN ('open', 'approved')));

-- Scrubs the next thousand claims of an erasure, with the source keys and the claims of others that
-- have their numbers; after the last, everything else that is the player's.
CREATE OR REPLACE FUNCTION onceward.scrub_player(erasure onceward.erasures) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  up_to   CONSTANT integer := least(erasure.line + 1000, erasure.claims_to);
  numbers CONSTANT text := format('BETWEEN %s AND %s', erasure.line + 1, up_to);
  own     CONSTANT text := format('t.player = %s', erasure.player);
  part    record;
BEGIN
  FOR part IN
    SELECT * FROM (VALUES
      (true, 'reward_claims', true, own || ' AND t.number ' || numbers),
      (true, 'source_keys', true, own || ' AND t.number ' || numbers),
      (true, 'archived_claims', true, own || ' AND t.number ' || numbers),
      (true, 'reward_claims', false,
       format('t.counterparty = %s AND t.counterparty_number ', erasure.player) || numbers),
      (false, 'refusals', true, own), (false, 'code_tries', true, own),
      (false, 'notes', true, own), (false, 'audit_events', true, own),
      (false, 'bulk_calls', true, format('t.actor = %s', erasure.player))
    ) AS p(is_of_claims, of_table, is_own, condition)
     WHERE p.is_of_claims = (erasure.line < erasure.claims_to)
  LOOP
    PERFORM onceward.count_scrubbed(erasure.no, part.of_table, onceward.scrub(
      part.of_table, ARRAY[erasure], part.is_own, part.condition));
  END LOOP;
  UPDATE onceward.erasures e
     SET line = up_to, stepped_at = date_trunc('milliseconds', clock_timestamp()),
         state = CASE WHEN erasure.line < erasure.claims_to THEN e.state ELSE 'waiting' END
   WHERE e.no = erasure.no;
END $$;

-- The tables whose rows may mention a player, in the order in which they are searched.
CREATE OR REPLACE FUNCTION onceward.searched_table(p_place integer) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN (
  SELECT t."table" FROM (
    SELECT DISTINCT r."table" FROM onceward.erasure_rules() AS r
     WHERE r.rule IN ('text', 'mention') ORDER BY 1) AS t OFFSET p_place - 1 LIMIT 1);

-- Begins to search for the players whose own rows are scrubbed. What was running when they were
-- erased has ended: it could still write the old ID.
CREATE OR REPLACE FUNCTION onceward.begin_search() RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  at_most CONSTANT integer := 250;
BEGIN
  UPDATE onceward.erasures e SET state = 'searching'
   WHERE e.no = ANY (ARRAY(
     SELECT w.no FROM onceward.erasures w
      WHERE w.state = 'waiting' AND w.began < pg_snapshot_xmin(pg_current_snapshot())
      ORDER BY w.no LIMIT at_most));
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM onceward.search_table(1);
  RETURN true;
END $$;

-- Goes on with a table, up to the blocks that it has now; without one the search is over.
CREATE OR REPLACE FUNCTION onceward.search_table(p_place integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  found CONSTANT text := onceward.searched_table(p_place);
BEGIN
  UPDATE onceward.erasure_search
     SET place = CASE WHEN found IS NULL THEN 0 ELSE p_place END, block = 0,
         blocks_to = CASE WHEN found IS NULL THEN 0 ELSE
           pg_relation_size(('onceward.' || found)::regclass)
             / current_setting('block_size')::integer END;
  IF found IS NULL THEN
    UPDATE onceward.erasures e
       SET state = 'done', old_id = NULL, old_handle = NULL, salt = NULL,
           ended_at = date_trunc('milliseconds', clock_timestamp())
     WHERE e.state = 'searching';
  END IF;
END $$;

-- Searches the next blocks of the current table.
CREATE OR REPLACE FUNCTION onceward.search_on(search onceward.erasure_search) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  up_to    CONSTANT bigint := search.block + 256;
  of_table CONSTANT text := onceward.searched_table(search.place);
  sought   CONSTANT onceward.erasures[] := ARRAY(
    SELECT e FROM onceward.erasures e WHERE e.state = 'searching');
  changed  bigint;
BEGIN
  changed := onceward.scrub(of_table, sought, false, format(
    't.ctid >= ''(%s,0)'' AND t.ctid < ''(%s,0)''', search.block, up_to));
  IF changed > 0 THEN
    PERFORM onceward.count_scrubbed(e.no, 'mentions', changed) FROM unnest(sought) AS e;
  END IF;
  IF up_to >= search.blocks_to THEN
    PERFORM onceward.search_table(search.place + 1);
  ELSE
    UPDATE onceward.erasure_search SET block = up_to;
  END IF;
END $$;

-- One step of all erasures. Everybody may call it: what is to be erased, an action of staff said.
-- `idle`: nothing is left; `waiting`: older transactions have to end first; `busy`: another call
-- makes a step.
CREATE OR REPLACE FUNCTION onceward.step_erasures() RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
  search  onceward.erasure_search;
  erasure onceward.erasures;
BEGIN
  SELECT s.* INTO search FROM onceward.erasure_search s FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN 'busy'; END IF;
  SELECT e.* INTO erasure FROM onceward.erasures e WHERE e.state = 'scrubbing'
   ORDER BY e.no LIMIT 1 FOR UPDATE;
  IF FOUND THEN
    PERFORM onceward.scrub_player(erasure);
  ELSIF search.place > 0 THEN
    PERFORM onceward.search_on(search);
  ELSIF NOT onceward.begin_search() THEN
    RETURN CASE WHEN EXISTS (SELECT FROM onceward.erasures e WHERE e.state = 'waiting')
                THEN 'waiting' ELSE 'idle' END;
  END IF;
  RETURN 'stepped';
END $$;
