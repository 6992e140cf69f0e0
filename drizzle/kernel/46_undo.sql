-- Undoing an incident: the claims that a filter selects are reversed, newest first for each player,
-- with the same operation as a single reversal. First the claims are selected, which fixes them;
-- then every reversal is tried and rolled back (the dry run); then another staff member approves;
-- then they are reversed. Each of these goes through the claims in steps (47_undo_steps.sql).

CREATE OR REPLACE FUNCTION onceward.undo_refused(p_no bigint, why text) RETURNS json
LANGUAGE sql IMMUTABLE
RETURN json_build_object('kind', 'undo_refused', 'undoId', p_no, 'why', why);

-- Why the claims of a campaign or ranking cannot be undone; null: they can.
CREATE OR REPLACE FUNCTION onceward.judge_new_undo(filter jsonb) RETURNS json
LANGUAGE sql STABLE
RETURN (
  SELECT CASE WHEN w.state IS NULL THEN json_build_object(
           'kind', 'unknown_record', 'record', asked.record, 'id', asked.no)
         WHEN w.state IN ('checking', 'ready', 'running', 'paying') THEN json_build_object(
           'kind', 'still_at_work', 'record', asked.record, 'id', asked.no) END
    FROM (VALUES ('campaign', (filter->>'campaign')::bigint),
                 ('ranking', (filter->>'ranking')::bigint)) AS asked(record, no)
    LEFT JOIN (SELECT 'campaign' AS record, c.no, c.state FROM onceward.campaigns c
               UNION ALL
               SELECT 'ranking', r.no, r.state FROM onceward.rankings r) AS w
      ON w.record = asked.record AND w.no = asked.no
   WHERE asked.no IS NOT NULL LIMIT 1);

-- Why an undo cannot be made, or an action on it cannot be done; null: it can.
CREATE OR REPLACE FUNCTION onceward.judge_undo(action jsonb) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  work onceward.undos;
BEGIN
  IF action->>'kind' = 'undo.create' THEN
    RETURN onceward.judge_new_undo(action->'filter');
  END IF;
  SELECT u.* INTO work FROM onceward.undos u
   WHERE u.no = (action->>'undoId')::bigint FOR NO KEY UPDATE;
  IF work.no IS NULL THEN
    RETURN json_build_object('kind', 'unknown_record', 'record', 'undo',
                             'id', (action->>'undoId')::bigint);
  ELSIF work.state <> ALL (CASE action->>'kind'
      WHEN 'undo.run' THEN '{ready}'
      WHEN 'undo.pause' THEN '{running}'
      WHEN 'undo.resume' THEN '{paused}'
      WHEN 'undo.cancel' THEN '{selecting,checking,ready,running,paused}' END::text[]) THEN
    RETURN onceward.undo_refused(work.no, work.state);
  ELSIF action->>'kind' = 'undo.run' AND work.claims = 0 THEN
    RETURN onceward.undo_refused(work.no, 'empty');
  END IF;
  RETURN NULL;
END $$;

-- What a campaign granted or announced, or a ranking paid: whom, in which line, under which number.
CREATE OR REPLACE FUNCTION onceward.rows_of_filter(filter jsonb)
RETURNS TABLE (line integer, player bigint, number integer) LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT r.line, l.player, r.number
    FROM onceward.campaigns c JOIN onceward.campaign_rows r ON r.campaign = c.no
    JOIN onceward.list_rows l ON l.list = c.list AND l.line = r.line
   WHERE c.no = (filter->>'campaign')::bigint AND r.why IS NULL
  UNION ALL
  SELECT r.line, l.player, r.number
    FROM onceward.rankings k JOIN onceward.ranking_rows r ON r.ranking = k.no
    JOIN onceward.list_rows l ON l.list = k.list AND l.line = r.line
   WHERE k.no = (filter->>'ranking')::bigint AND r.why IS NULL;
END;

-- Players who are named and do not exist have no claims.
CREATE OR REPLACE FUNCTION onceward.create_undo(
  action jsonb, by_actor bigint, by_number integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  moment CONSTANT timestamptz := date_trunc('milliseconds', clock_timestamp());
BEGIN
  INSERT INTO onceward.undos (
    filter, players_named, debt, reason, scans_to, made_by, made_number, made_at, stepped_at)
  VALUES (
    (action->'filter')::json,
    CASE WHEN action->'filter'->'players' IS NOT NULL THEN ARRAY(
      SELECT a.no FROM jsonb_array_elements_text(action->'filter'->'players') AS p(id)
        JOIN onceward.actors a ON a.id = p.id AND a.kind = 1 ORDER BY a.no) END,
    (action->>'debt')::boolean, action->>'reason',
    CASE WHEN action->'filter' ?| '{campaign,ranking}' THEN coalesce((
      SELECT max(r.line) FROM onceward.rows_of_filter(action->'filter') AS r), 0)
      ELSE coalesce((SELECT max(a.no) FROM onceward.actors a), 0) END,
    by_actor, by_number, moment, moment);
END $$;

-- Of everything that is approved. The claims are fixed.
CREATE OR REPLACE FUNCTION onceward.undo_digest(work onceward.undos) RETURNS text
LANGUAGE sql STABLE
RETURN (
  SELECT encode(sha256(convert_to(concat_ws(E'\n', work.no, work.debt, work.reason, work.filter,
           string_agg(concat_ws(':', c.player, c.number), ',' ORDER BY c.place)), 'UTF8')), 'hex')
    FROM onceward.undo_claims c WHERE c.undo = work.no);

-- Proposes an undo, or starts it where another staff member has approved it.
CREATE OR REPLACE FUNCTION onceward.run_undo(p_no bigint, by_actor bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  work     onceward.undos;
  moment   CONSTANT timestamptz := date_trunc('milliseconds', clock_timestamp());
  approved text;
  approval bigint;
BEGIN
  SELECT u.* INTO work FROM onceward.undos u WHERE u.no = p_no;
  approved := onceward.undo_digest(work);
  approval := onceward.approval_of('undo.run', p_no::text, approved);
  IF approval IS NULL THEN
    approval := onceward.propose('undo.run', p_no::text, approved, 'undo:manage',
      json_build_object('claims', work.claims, 'players', work.players, 'filter', work.filter,
        'ifInsufficient', CASE WHEN work.debt THEN 'debt' ELSE 'refuse' END,
        'forecast', work.forecast), by_actor);
    UPDATE onceward.undos u SET proposal = approval, digest = approved WHERE u.no = p_no;
    RETURN;
  END IF;
  PERFORM onceward.execute_proposal(approval);
  UPDATE onceward.undos u
     SET state = 'running', proposal = approval, digest = approved, run_by = by_actor,
         started_at = moment, stepped_at = moment
   WHERE u.no = p_no;
END $$;

CREATE OR REPLACE FUNCTION onceward.perform_undo(
  action jsonb, by_actor bigint, by_number integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  p_no   CONSTANT bigint := action->>'undoId';
  moment CONSTANT timestamptz := date_trunc('milliseconds', clock_timestamp());
BEGIN
  CASE action->>'kind'
    WHEN 'undo.create' THEN PERFORM onceward.create_undo(action, by_actor, by_number);
    WHEN 'undo.run' THEN PERFORM onceward.run_undo(p_no, by_actor);
    WHEN 'undo.pause' THEN
      UPDATE onceward.undos u SET state = 'paused', stopped = NULL WHERE u.no = p_no;
    WHEN 'undo.resume' THEN
      UPDATE onceward.undos u
         SET state = 'running', stopped = NULL, stepped_at = moment, run_by = by_actor
       WHERE u.no = p_no;
    WHEN 'undo.cancel' THEN
      UPDATE onceward.undos u SET state = 'cancelled', ended_at = moment WHERE u.no = p_no;
  END CASE;
END $$;

-- As the API shows it. `debts`, `differ`: how many players have a negative balance, or differ in
-- any way.
CREATE OR REPLACE FUNCTION onceward.undo_json(p_no bigint) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'id', u.no, 'state', u.state, 'filter', u.filter, 'reason', u.reason, 'debt', u.debt,
           'claims', u.claims, 'players', u.players, 'checked', u.checked,
           'proposalId', u.proposal, 'stopped', u.stopped,
           'forecast', CASE WHEN u.forecast->'reversed' IS NOT NULL THEN json_build_object(
             'reversed', u.forecast->'reversed', 'moved', u.forecast->'moved',
             'refused', u.forecast->'refused', 'debts', d.debts_ahead, 'differ', d.ahead) END,
           'result', CASE WHEN u.started_at IS NOT NULL THEN json_build_object(
             'reversed', u.reversed, 'moved', u.moved, 'refused', u.refused, 'debts', d.debts,
             'differ', d.now) END,
           'madeBy', (SELECT a.id FROM onceward.actors a WHERE a.no = u.made_by),
           'madeAt', onceward.shown_time(u.made_at),
           'startedAt', onceward.shown_time(u.started_at),
           'endedAt', onceward.shown_time(u.ended_at))
    FROM onceward.undos u CROSS JOIN LATERAL (
           SELECT count(p.forecast) AS ahead, count(p.differs) AS now,
                  count(*) FILTER (WHERE 'debt' = ANY (p.forecast)) AS debts_ahead,
                  count(*) FILTER (WHERE 'debt' = ANY (p.differs)) AS debts
             FROM onceward.undo_players p WHERE p.undo = u.no) AS d
   WHERE u.no = p_no);
