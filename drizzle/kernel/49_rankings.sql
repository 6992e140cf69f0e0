-- Rankings that are uploaded as a list: a row is a position, which is its line. They are paid in
-- calls of at most 100 rows, each place as payoutRanking pays it: once in the whole game. A call
-- records what became of its rows in the transaction that pays them, so however often something
-- dies, a place is paid once. When every place is accepted, and only then, the ranking is published
-- as one result. Otherwise it is unsettled: it names the places that were rejected, and a retry
-- tries these again.
--
-- Locks: the ranking, then what commit_operations locks.

CREATE OR REPLACE FUNCTION onceward.ranking_refused(p_no bigint, why text) RETURNS json
LANGUAGE sql IMMUTABLE
RETURN json_build_object('kind', 'ranking_refused', 'rankingId', p_no, 'why', why);

-- The lines of a list that are not positions with a rank of their own or the rank before them, at
-- most twenty.
CREATE OR REPLACE FUNCTION onceward.unranked_lines(p_list bigint) RETURNS text[]
LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT w.line::text
    FROM (SELECT r.line, r.rank, row_number() OVER by_line AS place,
                 lag(r.rank) OVER by_line AS before
            FROM onceward.list_rows r WHERE r.list = p_list
          WINDOW by_line AS (ORDER BY r.line)) AS w
   WHERE (w.line = w.place AND (w.rank = w.line OR w.rank = w.before)) IS NOT TRUE
   ORDER BY w.line LIMIT 20);

-- The lines that share a rank with the line before them, at most twenty.
CREATE OR REPLACE FUNCTION onceward.tied_lines(p_list bigint) RETURNS text[]
LANGUAGE sql STABLE
RETURN ARRAY(SELECT r.line::text FROM onceward.list_rows r
              WHERE r.list = p_list AND r.rank < r.line ORDER BY r.line LIMIT 20);

CREATE OR REPLACE FUNCTION onceward.judge_new_ranking(action jsonb, by_actor bigint) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  of_list onceward.lists;
  lines   text[];
BEGIN
  IF EXISTS (SELECT FROM onceward.rankings r WHERE r.payout = action->>'payout'
                AND r.key = action->>'key' AND r.state <> 'cancelled') THEN
    RETURN (SELECT json_build_object('kind', 'name_taken', 'record', 'ranking', 'id', r.no)
              FROM onceward.rankings r WHERE r.payout = action->>'payout'
               AND r.key = action->>'key' AND r.state <> 'cancelled');
  END IF;
  SELECT l.* INTO of_list FROM onceward.lists l WHERE l.no = (action->>'listId')::bigint
     AND onceward.may_act_on(by_actor, l.made_by);
  IF of_list.no IS NULL THEN
    RETURN json_build_object('kind', 'unknown_record', 'record', 'list',
                             'id', (action->>'listId')::bigint);
  ELSIF of_list.closed_at IS NULL THEN
    RETURN onceward.list_refused(of_list.no, 'open');
  ELSIF of_list.rows <> (action->>'participants')::integer THEN
    RETURN onceward.list_refused(of_list.no, 'other_participants', ARRAY[of_list.rows::text]);
  END IF;
  lines := onceward.unranked_lines(of_list.no);
  IF cardinality(lines) > 0 THEN
    RETURN onceward.list_refused(of_list.no, 'not_ranked', lines);
  END IF;
  IF action->'rule'->>'ties' = 'refuse' THEN
    lines := onceward.tied_lines(of_list.no);
    IF cardinality(lines) > 0 THEN RETURN onceward.list_refused(of_list.no, 'tied', lines); END IF;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION onceward.judge_ranking(action jsonb, by_actor bigint) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  ranking onceward.rankings;
BEGIN
  IF action->>'kind' = 'ranking.create' THEN
    RETURN onceward.judge_new_ranking(action, by_actor);
  END IF;
  SELECT r.* INTO ranking FROM onceward.rankings r
   WHERE r.no = (action->>'rankingId')::bigint AND onceward.may_act_on(by_actor, r.made_by)
     FOR NO KEY UPDATE;
  IF ranking.no IS NULL THEN
    RETURN json_build_object('kind', 'unknown_record', 'record', 'ranking',
                             'id', (action->>'rankingId')::bigint);
  ELSIF ranking.state = 'published' OR ranking.state = 'cancelled'
     OR action->>'kind' = 'ranking.retry' AND ranking.state = 'paying' THEN
    RETURN onceward.ranking_refused(ranking.no, ranking.state);
  END IF;
  RETURN NULL;
END $$;

-- `rule`: the rank table of the config under which the ranking is made. All places are paid by it.
CREATE OR REPLACE FUNCTION onceward.perform_ranking(
  action jsonb, by_actor bigint, by_number integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  p_no   CONSTANT bigint := action->>'rankingId';
  moment CONSTANT timestamptz := date_trunc('milliseconds', clock_timestamp());
BEGIN
  CASE action->>'kind'
    WHEN 'ranking.create' THEN
      INSERT INTO onceward.rankings (
        payout, key, list, participants, rule, config_version, made_by, made_number, made_at,
        stepped_at)
      VALUES (action->>'payout', action->>'key', (action->>'listId')::bigint,
              (action->>'participants')::integer, (action->'rule')::json,
              (onceward.read_context()).version, by_actor, by_number, moment, moment);
    WHEN 'ranking.retry' THEN
      DELETE FROM onceward.ranking_rows r WHERE r.ranking = p_no AND r.why IS NOT NULL;
      UPDATE onceward.rankings r
         SET state = 'paying', line = 0, skipped = '{}', attempt = r.attempt + 1, refused = '{}',
             stopped = NULL, stepped_at = moment
       WHERE r.no = p_no;
    WHEN 'ranking.cancel' THEN
      UPDATE onceward.rankings r SET state = 'cancelled', ended_at = moment WHERE r.no = p_no;
  END CASE;
END $$;

-- The next lines: of those behind the last one that was sent, which nothing is recorded of.
CREATE OR REPLACE FUNCTION onceward.next_places(work onceward.rankings, at_most integer)
RETURNS integer[] LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN ARRAY(
  SELECT l.line FROM onceward.list_rows l
   WHERE l.list = (work).list AND l.line > (work).line
     AND NOT EXISTS (SELECT FROM onceward.ranking_rows r
                      WHERE r.ranking = (work).no AND r.line = l.line)
   ORDER BY l.line LIMIT at_most);

-- The next places: `alone` were busy and are sent one by one; of the others at most `at_most`.
-- Null: nothing is to be paid.
CREATE OR REPLACE FUNCTION onceward.ranking_step(p_no bigint, at_most integer) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'payout', r.payout, 'key', r.key, 'participants', r.participants, 'rule', r.rule,
           'attempt', r.attempt, 'handle', encode(r.handle, 'hex'),
           'rows', (
             SELECT coalesce(json_agg(json_build_object('line', n.line, 'rank', l.rank,
                      'alone', n.alone,
                      'player', (SELECT a.id FROM onceward.actors a WHERE a.no = l.player),
                      -- Tied places follow each other, and have the position of the first as rank.
                      'tied', coalesce((
                        SELECT o.line FROM onceward.list_rows o
                         WHERE o.list = r.list AND o.line > l.line AND o.rank <> l.rank
                         ORDER BY o.line LIMIT 1), r.participants + 1) - l.rank)
                      ORDER BY n.alone DESC, n.line), '[]')
               FROM (SELECT s AS line, true AS alone FROM unnest(r.skipped) AS s
                     UNION ALL
                     SELECT u, false FROM unnest(onceward.next_places(r, at_most)) AS u) AS n
               JOIN onceward.list_rows l ON l.list = r.list AND l.line = n.line))
    FROM onceward.rankings r WHERE r.no = p_no AND r.state = 'paying');

-- Fails where the operations are not those of the places: whom they pay, under which key, at which
-- position.
CREATE OR REPLACE FUNCTION onceward.check_places(
  ranking onceward.rankings, lines integer[], operations jsonb) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
  wrong integer;
BEGIN
  SELECT asked.line INTO wrong
    FROM unnest(lines) WITH ORDINALITY AS asked(line, nth)
    LEFT JOIN onceward.list_rows r ON r.list = ranking.list AND r.line = asked.line
    LEFT JOIN onceward.actors a ON a.no = r.player
   CROSS JOIN LATERAL (SELECT operations->(asked.nth::integer - 1) AS op) AS o
   WHERE (a.id::text = o.op->>'player' AND o.op->>'claim_type' = 'payout'
          AND o.op->>'actor_kind' = 'server' AND o.op->>'source' = 'postings'
          AND o.op->'input'->>'payout' = ranking.payout AND o.op->'input'->>'key' = ranking.key
          AND (o.op->'input'->>'position')::integer = r.line
          AND (o.op->'input'->>'rank')::integer = r.rank
          AND o.op->>'idempotency_key' = format(
            'ranking:%s:%s:%s', encode(ranking.handle, 'hex'), ranking.attempt, r.line)) IS NOT TRUE
   LIMIT 1;
  IF wrong IS NOT NULL OR jsonb_array_length(operations) <> cardinality(lines) THEN
    RAISE EXCEPTION 'place % of ranking % is not what was sent', wrong, ranking.no
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
END $$;

-- The number of the claim by which a player has this place: paid now, or before as the same place
-- of the same ranking and not taken back. Null: they do not have it.
CREATE OR REPLACE FUNCTION onceward.claim_of_place(
  ranking onceward.rankings, of_line integer, sent jsonb, outcome json) RETURNS integer
LANGUAGE sql STABLE
RETURN CASE
  WHEN outcome->>'kind' = 'granted'
    THEN coalesce(outcome->>'number', outcome->'claim'->>'number')::integer
  WHEN outcome->'rejection'->>'kind' = 'already_claimed' THEN (
    SELECT c.number
      FROM onceward.list_rows l JOIN onceward.reward_claims c ON c.player = l.player
     WHERE l.list = (ranking).list AND l.line = of_line
       AND c.number = (outcome->'rejection'->>'number')::integer
       AND c.claim_type = onceward.number_of(2, 'payout')
       AND c.input::jsonb - 'participants' = (sent->'input') - 'participants'
       AND NOT EXISTS (SELECT FROM onceward.reversed_claims v
                        WHERE (v.player, v.number) = (c.player, c.number)))
END;

-- What a claim gave, by resource.
CREATE OR REPLACE FUNCTION onceward.given_by(of_player bigint, of_number integer) RETURNS json
LANGUAGE sql STABLE
RETURN (
  SELECT coalesce(json_object_agg(g.name, g.delta ORDER BY g.name), '{}')
    FROM (SELECT onceward.name_of(1, e.resource) AS name, sum(e.delta) AS delta
            FROM onceward.ledger_entries e
           WHERE e.player = of_player AND e.number = of_number AND e.cause = 1
           GROUP BY e.resource) AS g);

-- Records what became of places. After the last one the ranking is published, or unsettled.
CREATE OR REPLACE FUNCTION onceward.record_places(
  ranking onceward.rankings, lines integer[], operations jsonb, outcomes json[]) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  moment CONSTANT timestamptz := date_trunc('milliseconds', clock_timestamp());
  after  onceward.rankings := ranking;
BEGIN
  INSERT INTO onceward.ranking_rows (ranking, line, number, why, given)
  SELECT ranking.no, o.line, p.number,
         CASE WHEN p.number IS NULL THEN onceward.reason_of(o.outcome) END,
         CASE WHEN p.number IS NOT NULL THEN onceward.given_by(l.player, p.number) END
    FROM unnest(lines, outcomes) WITH ORDINALITY AS o(line, outcome, nth)
    JOIN onceward.list_rows l ON l.list = ranking.list AND l.line = o.line
   CROSS JOIN LATERAL (SELECT onceward.claim_of_place(
     ranking, o.line, operations->(o.nth::integer - 1), o.outcome) AS number OFFSET 0) AS p
   WHERE onceward.is_final(o.outcome);
  after.skipped := onceward.still_skipped(ranking.skipped, lines, outcomes);
  after.line := greatest(ranking.line, lines[cardinality(lines)]);
  SELECT count(*) FILTER (WHERE r.why IS NULL), onceward.add_counts('{}', array_agg(r.why))
    INTO after.paid, after.refused FROM onceward.ranking_rows r WHERE r.ranking = ranking.no;
  IF cardinality(after.skipped) = 0 AND onceward.next_places(after, 1) = '{}' THEN
    after.state := CASE WHEN after.paid = ranking.participants THEN 'published'
                        ELSE 'unsettled' END;
    IF after.state = 'published' THEN after.ended_at := moment; END IF;
  END IF;
  UPDATE onceward.rankings r
     SET skipped = after.skipped, line = after.line, paid = after.paid, refused = after.refused,
         state = after.state, ended_at = after.ended_at, stepped_at = moment
   WHERE r.no = ranking.no;
  RETURN after.state;
END $$;

-- Pays places. `operations`: one for each of `lines`, in ascending order.
CREATE OR REPLACE FUNCTION onceward.commit_places(
  contract integer, p_no bigint, lines integer[], operations jsonb, held text[])
RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  ranking  onceward.rankings;
  answer   json;
  outcomes json[];
BEGIN
  SELECT r.* INTO ranking FROM onceward.rankings r WHERE r.no = p_no FOR NO KEY UPDATE;
  IF ranking.state IS DISTINCT FROM 'paying' THEN
    RETURN json_build_object('kind', 'stopped');
  ELSIF NOT (lines <@ ranking.skipped
             OR lines = onceward.next_places(ranking, cardinality(lines))) THEN
    RETURN json_build_object('kind', 'moved');
  END IF;
  PERFORM onceward.check_places(ranking, lines, operations);
  answer := onceward.commit_operations(contract, operations, held);
  outcomes := ARRAY(SELECT json_array_elements(answer->'outcomes'));
  IF EXISTS (SELECT FROM unnest(outcomes) AS o WHERE o->>'kind' = 'stale_config') THEN
    RETURN json_build_object('kind', 'stale', 'answer', answer);
  ELSIF EXISTS (SELECT FROM unnest(outcomes) AS o WHERE o->>'kind' = 'forbidden') THEN
    RAISE EXCEPTION 'servers may not pay rankings' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN json_build_object('kind', 'committed',
    'state', onceward.record_places(ranking, lines, operations, outcomes));
END $$;

-- Stops a ranking that cannot go on, and says why. It can be tried again.
CREATE OR REPLACE FUNCTION onceward.stop_ranking(p_no bigint, why text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE onceward.rankings r SET state = 'unsettled', stopped = left(why, 200)
   WHERE r.no = p_no AND r.state = 'paying';
END;

-- The rankings in which nothing has happened for so long.
CREATE OR REPLACE FUNCTION onceward.stalled_rankings(stalled interval) RETURNS bigint[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN ARRAY(
  SELECT r.no FROM onceward.rankings r
   WHERE r.state = 'paying' AND r.stepped_at < clock_timestamp() - stalled
   ORDER BY r.no LIMIT 100);

-- As the API shows it.
CREATE OR REPLACE FUNCTION onceward.ranking_json(p_no bigint) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'id', r.no, 'payout', r.payout, 'key', r.key, 'listId', r.list, 'state', r.state,
           'participants', r.participants, 'paid', r.paid, 'refused', r.refused,
           'stopped', r.stopped, 'configVersion', r.config_version,
           'madeBy', (SELECT a.id FROM onceward.actors a WHERE a.no = r.made_by),
           'madeAt', onceward.shown_time(r.made_at), 'endedAt', onceward.shown_time(r.ended_at))
    FROM onceward.rankings r WHERE r.no = p_no);
