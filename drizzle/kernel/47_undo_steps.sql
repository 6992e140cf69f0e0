-- The steps of an undo (46_undo.sql): the Worker calls `step_undo` until it says that there is
-- nothing to do. However often something dies, each step happens once: what it did is recorded in
-- the same transaction, and the key of a reversal follows from the undo and the claim.
--
-- Locks: the undo, then what commit_operations locks.

-- The claims among those of the actors up to `up_to` that the filter selects. Not selected is what
-- no reversal takes back: a reversal, an expiry that gave nothing, and a payment that is taken back
-- with the claim that it pays.
CREATE OR REPLACE FUNCTION onceward.claims_of_filter(work onceward.undos, up_to bigint)
RETURNS TABLE (place bigint, player bigint, number integer)
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
DECLARE
  f         CONSTANT jsonb := work.filter;
  of_type   CONSTANT smallint := onceward.number_of(2, f->>'type');
  of_server CONSTANT bigint := (
    SELECT a.no FROM onceward.actors a WHERE a.id = f->>'server' AND a.kind = 2);
  since     CONSTANT timestamptz := coalesce((f->>'from')::timestamptz, '-infinity');
  until     CONSTANT timestamptz := coalesce((f->>'until')::timestamptz, 'infinity');
BEGIN
  RETURN QUERY
    SELECT row_number() OVER (ORDER BY c.player, c.number DESC), c.player::bigint, c.number
      FROM onceward.actors a
      CROSS JOIN LATERAL (SELECT onceward.claim_number_at(a.no, since) AS low,
                                 onceward.claim_number_at(a.no, until) AS high OFFSET 0) AS range
      JOIN onceward.reward_claims c
        ON c.player = a.no AND c.number >= range.low AND c.number < range.high
     WHERE a.no > work.scanned_to AND a.no <= up_to AND a.kind = 1 AND a.updated_at >= since
       AND (work.players_named IS NULL OR a.no = ANY (work.players_named))
       AND (f->>'type' IS NULL OR c.claim_type = of_type)
       AND (f->>'server' IS NULL OR c.actor = of_server)
       AND (f->>'configVersion' IS NULL OR c.config_version = (f->>'configVersion')::bigint)
       AND c.operation <> onceward.number_of(3, 'reverseClaim')
       AND NOT onceward.expired_for_nothing(c) AND NOT onceward.paid_for_another(c);
END $$;

-- Selects among the claims of the next 5,000 actors, or of the next 5,000 lines of a campaign or
-- ranking, whose list names a player once.
CREATE OR REPLACE FUNCTION onceward.select_undone(work onceward.undos) RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  of_list CONSTANT boolean := work.filter::jsonb ?| '{campaign,ranking}';
  up_to   CONSTANT bigint := CASE WHEN work.players_named IS NULL
    THEN least(work.scanned_to + 5000, work.scans_to) ELSE work.scans_to END;
  found_claims  integer;
  found_players integer;
BEGIN
  WITH added AS (
    INSERT INTO onceward.undo_claims (undo, place, player, number)
    SELECT work.no, work.claims + c.place, c.player, c.number FROM (
      SELECT * FROM onceward.claims_of_filter(work, up_to) WHERE NOT of_list
      UNION ALL
      SELECT row_number() OVER (ORDER BY r.line), r.player, r.number
        FROM onceward.rows_of_filter(work.filter::jsonb) AS r
       WHERE of_list AND r.line > work.scanned_to AND r.line <= up_to) AS c
    RETURNING player)
  SELECT count(*), count(DISTINCT a.player) INTO found_claims, found_players FROM added AS a;
  UPDATE onceward.undos u
     SET claims = u.claims + found_claims, players = u.players + found_players, scanned_to = up_to,
         stepped_at = date_trunc('milliseconds', clock_timestamp()),
         state = CASE WHEN up_to < u.scans_to THEN u.state
                      WHEN u.claims + found_claims = 0 THEN 'ready' ELSE 'checking' END
   WHERE u.no = work.no;
END $$;

-- Of a campaign that announced: claims that were announced and are collected by now are replaced by
-- the claims that collected them. What expired gave nothing.
CREATE OR REPLACE FUNCTION onceward.as_collected(
  work onceward.undos, claims onceward.undo_claims[]) RETURNS onceward.undo_claims[]
LANGUAGE sql STABLE
RETURN CASE WHEN NOT (work).filter::jsonb ? 'campaign' THEN claims ELSE ARRAY(
  SELECT ROW(c.undo, c.player, c.place, coalesce(p.number, c.number), c.reversal, c.forecast,
             c.outcome)::onceward.undo_claims
    FROM unnest(claims) AS c
    LEFT JOIN onceward.reward_claims p ON p.player = c.player AND p.announced = c.number
                                      AND p.announced IS NOT NULL AND p.units > 0
                                      AND NOT onceward.paid_for_another(p)
   ORDER BY c.place) END;

-- The next claims: 100, and the rest of those of the last player, as far as a step can hold them.
CREATE OR REPLACE FUNCTION onceward.next_undone(work onceward.undos)
RETURNS onceward.undo_claims[] LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
DECLARE
  found onceward.undo_claims[];
BEGIN
  IF work.state = 'checking' THEN
    found := ARRAY(SELECT c FROM onceward.undo_claims c
                    WHERE c.undo = work.no AND c.forecast IS NULL ORDER BY c.place LIMIT 500);
  ELSE
    found := ARRAY(SELECT c FROM onceward.undo_claims c
                    WHERE c.undo = work.no AND c.outcome IS NULL ORDER BY c.place LIMIT 500);
  END IF;
  RETURN ARRAY(
    SELECT found[c.ordinality] FROM unnest(found) WITH ORDINALITY AS c
     WHERE c.ordinality <= 100 OR c.player = found[100].player ORDER BY c.place);
END $$;

-- The reversals of these claims: what `template` says of the config and the day, and of each claim
-- what a single reversal says.
CREATE OR REPLACE FUNCTION onceward.undo_operations(
  work onceward.undos, claims onceward.undo_claims[], template jsonb)
RETURNS jsonb[] LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT template || jsonb_build_object(
           'mode', 'commit', 'name', 'reverseClaim', 'player', p.id, 'creates_player', false,
           'actor_kind', 'staff', 'actor_id', s.id, 'permission', 'reward:reverse',
           'reason', (work).reason, 'source', 'reversal', 'claim_type', 'reversal',
           'claim_key', i.id, 'idempotency_key', format('undo:%s:%s:%s.%s', (work).no,
             left(coalesce((work).digest, 'dry-run'), 24), c.player, c.number),
           'fingerprint', md5(i.input::text)::uuid, 'input', i.input,
           'reverses', template->'reverses' || jsonb_build_object(
             'claim_id', i.id, 'handle', '\x' || encode(p.handle, 'hex'), 'number', c.number,
             'quantity', NULL, 'reopen', false, 'allow_debt', (work).debt))
    FROM unnest(claims) AS c JOIN onceward.actors p ON p.no = c.player
    JOIN onceward.actors s ON s.no = coalesce((work).run_by, (work).made_by)
   CROSS JOIN LATERAL (SELECT onceward.claim_id(p.handle, c.number) AS id OFFSET 0) AS named
   CROSS JOIN LATERAL (
     SELECT named.id, jsonb_build_object(
              'claimId', named.id, 'ifInsufficient', CASE WHEN (work).debt THEN 'debt'
              ELSE 'refuse' END, 'reason', (work).reason, 'undo', (work).no) AS input
             OFFSET 0) AS i
   ORDER BY c.place);

-- Commits any number of operations, 100 in a call. `stale`: the answer that says why the Worker has
-- to make the template again.
CREATE OR REPLACE FUNCTION onceward.commit_many(
  contract integer, operations jsonb[], held text[], OUT outcomes json[], OUT stale json)
LANGUAGE plpgsql AS $$
DECLARE
  answer json;
  part   json[];
BEGIN
  outcomes := '{}';
  FOR low IN 1 .. coalesce(cardinality(operations), 0) BY 100 LOOP
    answer := onceward.commit_operations(
      contract, to_jsonb(operations[low : low + 99]), held);
    part := ARRAY(SELECT json_array_elements(answer->'outcomes'));
    IF EXISTS (SELECT FROM unnest(part) AS o
                WHERE o->>'kind' IN ('stale_config', 'stale_time', 'clock_behind')) THEN
      stale := answer;
      RETURN;
    END IF;
    outcomes := outcomes || part;
  END LOOP;
END $$;

-- `reversed`, or why a claim was not.
CREATE OR REPLACE FUNCTION onceward.undone_as(outcome json) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE outcome->>'kind' WHEN 'granted' THEN 'reversed'
  WHEN 'rejected' THEN outcome->'rejection'->>'kind' ELSE outcome->>'kind' END;

-- Adds what became of claims to a summary: {"reversed": 3, "moved": {..}, "refused": {..}}.
CREATE OR REPLACE FUNCTION onceward.add_undone(summary json, outcomes json[]) RETURNS json
LANGUAGE sql IMMUTABLE
RETURN json_build_object(
  'reversed', coalesce((summary->>'reversed')::integer, 0) + (
    SELECT count(*) FROM unnest(outcomes) AS o WHERE o->>'kind' = 'granted'),
  'moved', onceward.add_totals(coalesce(summary->'moved', '{}'), ARRAY(
    SELECT o->'changes' FROM unnest(outcomes) AS o
     WHERE o->>'kind' = 'granted' AND json_typeof(o->'changes') = 'array')),
  'refused', onceward.add_counts(coalesce(summary->'refused', '{}'), ARRAY(
    SELECT onceward.undone_as(o) FROM unnest(outcomes) AS o WHERE o->>'kind' <> 'granted')));

-- Tries the reversals of these claims, all of a player or none. `busy`: players whom another
-- transaction holds, of whom nothing was done. In a dry run everything is rolled back.
CREATE OR REPLACE FUNCTION onceward.try_undone(
  contract integer, work onceward.undos, claims onceward.undo_claims[], template jsonb,
  held text[], OUT outcomes json[], OUT stale json, OUT busy bigint[], OUT differs json)
LANGUAGE plpgsql AS $$
DECLARE
  step record;
BEGIN
  BEGIN
    step := onceward.commit_many(
      contract, onceward.undo_operations(work, claims, template), held);
    stale := step.stale;
    outcomes := step.outcomes;
    IF stale IS NULL THEN
      -- Who collected a reward just now, before they were locked, is looked at again.
      busy := ARRAY(
        SELECT DISTINCT c.player FROM unnest(claims) WITH ORDINALITY AS c
         WHERE outcomes[c.ordinality]->>'kind' = 'busy'
        UNION
        SELECT c.player FROM unnest(claims) AS c
          JOIN unnest(onceward.as_collected(work, claims)) AS now_is ON now_is.place = c.place
         WHERE now_is.number <> c.number);
      IF cardinality(busy) = 0 THEN differs := onceward.undo_differences(work, claims, outcomes);
      END IF;
    END IF;
    IF stale IS NOT NULL OR cardinality(busy) > 0 OR work.state = 'checking' THEN
      RAISE EXCEPTION 'rolled back' USING ERRCODE = 'OW001';
    END IF;
  EXCEPTION WHEN SQLSTATE 'OW001' THEN NULL;
  END;
END $$;

CREATE OR REPLACE FUNCTION onceward.both(one text[], other text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE
RETURN ARRAY(SELECT unnest(one) UNION SELECT unnest(other) ORDER BY 1);

-- Records what became of claims, or what the dry run found.
CREATE OR REPLACE FUNCTION onceward.record_undone(
  work onceward.undos, claims onceward.undo_claims[], outcomes json[], differs json)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  is_dry CONSTANT boolean := work.state = 'checking';
BEGIN
  UPDATE onceward.undo_claims u
     SET forecast = CASE WHEN is_dry THEN o.outcome ELSE u.forecast END,
         outcome = CASE WHEN is_dry THEN u.outcome ELSE o.outcome END,
         reversal = CASE WHEN is_dry THEN NULL ELSE o.number END
    FROM (SELECT c.place, onceward.undone_as(outcomes[c.ordinality]) AS outcome,
                 coalesce(outcomes[c.ordinality]->>'number',
                          outcomes[c.ordinality]->'claim'->>'number')::integer AS number
            FROM unnest(claims) WITH ORDINALITY AS c) AS o
   WHERE u.undo = work.no AND u.place = o.place;
  INSERT INTO onceward.undo_players AS p (undo, player, forecast, differs)
  SELECT work.no, d.player, CASE WHEN is_dry THEN d.why END, CASE WHEN NOT is_dry THEN d.why END
    FROM json_to_recordset(differs) AS d(player bigint, why text[])
  ON CONFLICT (undo, player) DO UPDATE
    SET forecast = CASE WHEN is_dry THEN onceward.both(p.forecast, excluded.forecast)
                        ELSE p.forecast END,
        differs = CASE WHEN is_dry THEN p.differs
                       ELSE onceward.both(p.differs, excluded.differs) END;
END $$;

-- Counts what became of claims, and ends the stage after the last of them.
CREATE OR REPLACE FUNCTION onceward.count_undone(work onceward.undos, outcomes json[])
RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  is_dry  CONSTANT boolean := work.state = 'checking';
  moment  CONSTANT timestamptz := date_trunc('milliseconds', clock_timestamp());
  is_last CONSTANT boolean := onceward.next_undone(work) = '{}';
  summary CONSTANT json := onceward.add_undone(
    CASE WHEN is_dry THEN work.forecast ELSE json_build_object(
      'reversed', work.reversed, 'moved', work.moved, 'refused', work.refused) END, outcomes);
BEGIN
  IF is_dry THEN
    UPDATE onceward.undos u
       SET forecast = summary, checked = u.checked + cardinality(outcomes), stepped_at = moment,
           state = CASE WHEN is_last THEN 'ready' ELSE u.state END
     WHERE u.no = work.no;
  ELSE
    UPDATE onceward.undos u
       SET reversed = (summary->>'reversed')::integer, moved = summary->'moved',
           refused = summary->'refused', stepped_at = moment,
           state = CASE WHEN is_last THEN 'done' ELSE u.state END,
           ended_at = CASE WHEN is_last THEN moment END
     WHERE u.no = work.no;
  END IF;
  RETURN CASE WHEN NOT is_last THEN work.state WHEN is_dry THEN 'ready' ELSE 'done' END;
END $$;

-- One step. `template`: a reversal as the Worker decides it for the staff member who runs the undo;
-- of selecting it is not used. Answers {"kind": "stepped", "state"}, "stopped" (nothing is to be
-- done), "busy" (try again) or "stale" with what the kernel answered.
CREATE OR REPLACE FUNCTION onceward.step_undo(
  contract integer, p_no bigint, template jsonb, held text[])
RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  work   onceward.undos;
  claims onceward.undo_claims[];
  step   record;
BEGIN
  SELECT u.* INTO work FROM onceward.undos u WHERE u.no = p_no FOR NO KEY UPDATE;
  IF work.state = 'selecting' THEN
    PERFORM onceward.select_undone(work);
    RETURN json_build_object('kind', 'stepped', 'state', (
      SELECT u.state FROM onceward.undos u WHERE u.no = p_no));
  ELSIF work.state IS NULL OR work.state NOT IN ('checking', 'running') THEN
    RETURN json_build_object('kind', 'stopped', 'state', work.state);
  END IF;
  claims := onceward.as_collected(work, onceward.next_undone(work));
  LOOP
    step := onceward.try_undone(contract, work, claims, template, held);
    IF step.stale IS NOT NULL THEN
      RETURN json_build_object('kind', 'stale', 'answer', step.stale);
    END IF;
    EXIT WHEN cardinality(step.busy) = 0;
    claims := ARRAY(SELECT ROW(c.*)::onceward.undo_claims FROM unnest(claims) AS c
                     WHERE NOT c.player = ANY (step.busy) ORDER BY c.place);
    IF cardinality(claims) = 0 THEN RETURN '{"kind": "busy"}'; END IF;
  END LOOP;
  IF EXISTS (SELECT FROM unnest(step.outcomes) AS o WHERE o->>'kind' = 'forbidden') THEN
    RAISE EXCEPTION 'the staff member may not reverse claims'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM onceward.record_undone(work, claims, step.outcomes, step.differs);
  RETURN json_build_object('kind', 'stepped',
    'state', onceward.count_undone(work, step.outcomes));
END $$;

-- Stops an undo that cannot go on, and says why. It can be resumed, also by another member.
CREATE OR REPLACE FUNCTION onceward.stop_undo(p_no bigint, why text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE onceward.undos u
     SET state = CASE u.state WHEN 'running' THEN 'paused' ELSE 'cancelled' END,
         stopped = left(why, 200)
   WHERE u.no = p_no AND u.state IN ('selecting', 'checking', 'running');
END;

-- The undos that have something to do. `stalled`: only those in which nothing happened for so long.
CREATE OR REPLACE FUNCTION onceward.undos_at_work(stalled interval) RETURNS bigint[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN ARRAY(
  SELECT u.no FROM onceward.undos u
   WHERE u.state IN ('selecting', 'checking', 'running')
     AND u.stepped_at < clock_timestamp() - stalled
   ORDER BY u.no LIMIT 100);
