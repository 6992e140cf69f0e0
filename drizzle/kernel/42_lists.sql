-- Lists of players: uploaded in numbered chunks, or found by a query over players. A list is closed
-- once, and then never changes. A row names a player by number: IDs are in `actors` alone, which
-- also gets a row for a player who does not exist yet.

CREATE OR REPLACE FUNCTION onceward.list_refused(p_list bigint, why text, lines text[] DEFAULT '{}')
RETURNS json LANGUAGE sql IMMUTABLE
RETURN json_build_object('kind', 'list_refused', 'listId', p_list, 'why', why, 'lines', lines);

-- Pairs of lines that name the same player, at most twenty.
CREATE OR REPLACE FUNCTION onceward.repeated_lines(p_list bigint) RETURNS text[]
LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT min(r.line) || ' and ' || max(r.line) FROM onceward.list_rows r WHERE r.list = p_list
   GROUP BY r.player HAVING count(*) > 1 ORDER BY min(r.line) LIMIT 20);

-- What keeps a list from being closed; null: nothing.
CREATE OR REPLACE FUNCTION onceward.judge_close(of_list onceward.lists) RETURNS json
LANGUAGE plpgsql STABLE AS $$
DECLARE
  missing text[];
  repeated text[];
BEGIN
  IF of_list.query IS NOT NULL THEN
    RETURN CASE WHEN of_list.scanned_to < of_list.scans_to
                THEN onceward.list_refused(of_list.no, 'not_filled')
                WHEN of_list.rows = 0 THEN onceward.list_refused(of_list.no, 'empty') END;
  END IF;
  missing := ARRAY(
    SELECT n::text FROM generate_series(1, (SELECT max(c.chunk) FROM onceward.list_chunks c
                                             WHERE c.list = of_list.no)) AS n
     WHERE NOT EXISTS (SELECT FROM onceward.list_chunks c
                        WHERE c.list = of_list.no AND c.chunk = n) ORDER BY n LIMIT 20);
  IF of_list.rows = 0 THEN RETURN onceward.list_refused(of_list.no, 'empty'); END IF;
  IF cardinality(missing) > 0 THEN
    RETURN onceward.list_refused(of_list.no, 'chunks_missing', missing);
  END IF;
  repeated := onceward.repeated_lines(of_list.no);
  IF cardinality(repeated) > 0 THEN
    RETURN onceward.list_refused(of_list.no, 'repeated_players', repeated);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION onceward.judge_list(action jsonb, by_actor bigint)
RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  of_list onceward.lists;
  stored  text;
BEGIN
  IF action->>'kind' = 'list.create' THEN
    RETURN (SELECT json_build_object('kind', 'name_taken', 'record', 'list', 'id', l.no)
              FROM onceward.lists l WHERE l.name = action->>'name');
  END IF;
  SELECT l.* INTO of_list FROM onceward.lists l
   WHERE l.no = (action->>'listId')::bigint AND onceward.may_act_on(by_actor, l.made_by)
     FOR NO KEY UPDATE;
  IF of_list.no IS NULL THEN
    RETURN json_build_object('kind', 'unknown_record', 'record', 'list',
                             'id', (action->>'listId')::bigint);
  ELSIF of_list.closed_at IS NOT NULL THEN
    RETURN onceward.list_refused(of_list.no, 'closed');
  ELSIF action->>'kind' = 'list.close' THEN
    RETURN onceward.judge_close(of_list);
  ELSIF (action->>'kind' = 'list.fill') <> (of_list.query IS NOT NULL) THEN
    RETURN onceward.list_refused(of_list.no, 'other_kind');
  END IF;
  SELECT c.digest INTO stored FROM onceward.list_chunks c
   WHERE c.list = of_list.no AND c.chunk = (action->>'chunk')::integer;
  IF stored <> action->>'digest' THEN
    RETURN onceward.list_refused(of_list.no, 'chunk_differs', ARRAY[action->>'chunk']);
  END IF;
  RETURN NULL;
END $$;

-- Stores a chunk. One that is stored already has the same content.
CREATE OR REPLACE FUNCTION onceward.store_chunk(action jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  p_list  CONSTANT bigint := action->>'listId';
  p_chunk CONSTANT integer := action->>'chunk';
BEGIN
  INSERT INTO onceward.list_chunks (list, chunk, rows, digest)
  VALUES (p_list, p_chunk, jsonb_array_length(action->'rows'), action->>'digest')
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO onceward.actors (updated_at, kind, id)
  SELECT date_trunc('milliseconds', clock_timestamp()), 1, given.player
    FROM (SELECT DISTINCT r->>'player' AS player
            FROM jsonb_array_elements(action->'rows') AS r) AS given
   WHERE NOT EXISTS (SELECT FROM onceward.actors a WHERE a.id = given.player AND a.kind = 1)
   ORDER BY given.player
  ON CONFLICT DO NOTHING;
  INSERT INTO onceward.list_rows (list, line, player, rank, item, gives)
  SELECT p_list, (p_chunk - 1) * 1000 + r.nth, a.no, (r.given->>'rank')::integer,
         r.given->>'item', (r.given->'gives')::json
    FROM jsonb_array_elements(action->'rows') WITH ORDINALITY AS r(given, nth)
    JOIN onceward.actors a ON a.id = r.given->>'player' AND a.kind = 1;
  UPDATE onceward.lists l SET rows = l.rows + jsonb_array_length(action->'rows')
   WHERE l.no = p_list;
END $$;

-- Whether a player is one whom the query asks for. Balances are as they are stored: the Worker
-- refuses those that regenerate.
CREATE OR REPLACE FUNCTION onceward.is_asked_for(candidate onceward.actors, query jsonb)
RETURNS boolean LANGUAGE sql STABLE
RETURN ((candidate).created_at >= (query->>'createdFrom')::timestamptz) IS NOT FALSE
   AND ((candidate).created_at < (query->>'createdUntil')::timestamptz) IS NOT FALSE
   AND ((candidate).updated_at >= (query->>'activeFrom')::timestamptz) IS NOT FALSE
   AND ((candidate).updated_at < (query->>'activeUntil')::timestamptz) IS NOT FALSE
   AND NOT EXISTS (
     SELECT FROM jsonb_to_recordset(query->'balances') AS q(resource text, least bigint,
                                                            most bigint)
      WHERE coalesce((SELECT b.amount FROM onceward.balances b WHERE b.player = (candidate).no
                         AND b.resource = onceward.number_of(1, q.resource)), 0)
            NOT BETWEEN q.least AND q.most)
   AND NOT EXISTS (
     SELECT FROM jsonb_to_recordset(query->'sources') AS q(resource text, key text)
      WHERE NOT EXISTS (
        SELECT FROM onceward.source_keys s
         WHERE s.scope IN (0, (candidate).no) AND s.resource = onceward.number_of(1, q.resource)
           AND s.key = q.key AND s.player = (candidate).no));

-- Adds the players among the next 20,000 actors, up to the last one that existed when the list was
-- made.
CREATE OR REPLACE FUNCTION onceward.fill_list(p_list bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  of_list onceward.lists;
  up_to   bigint;
  added   integer;
BEGIN
  SELECT l.* INTO of_list FROM onceward.lists l WHERE l.no = p_list;
  up_to := least(of_list.scanned_to + 20000, of_list.scans_to);
  INSERT INTO onceward.list_rows (list, line, player)
  SELECT p_list, of_list.rows + row_number() OVER (ORDER BY a.no), a.no
    FROM onceward.actors a
   WHERE a.no > of_list.scanned_to AND a.no <= up_to AND a.kind = 1 AND a.created_at IS NOT NULL
     AND onceward.is_asked_for(a, of_list.query::jsonb);
  GET DIAGNOSTICS added = ROW_COUNT;
  UPDATE onceward.lists l SET rows = l.rows + added, scanned_to = up_to WHERE l.no = p_list;
END $$;

-- What is fixed with the list: a digest of its rows, whether they say what they give, and how much
-- of each resource.
CREATE OR REPLACE FUNCTION onceward.close_list(p_list bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE onceward.lists l
     SET closed_at = date_trunc('milliseconds', clock_timestamp()), last_line = found.last_line,
         given_rows = found.given_rows, digest = found.digest,
         gives = (SELECT coalesce(json_object_agg(t.resource, t.amount), '{}')
                    FROM (SELECT g.key AS resource, sum(g.value::bigint) AS amount
                            FROM onceward.list_rows r, json_each_text(r.gives) AS g
                           WHERE r.list = p_list GROUP BY g.key) AS t)
    FROM (SELECT max(r.line) AS last_line, count(r.gives) AS given_rows,
                 encode(sha256(convert_to(coalesce(
                   (SELECT string_agg(c.chunk || ':' || c.digest, ',' ORDER BY c.chunk)
                      FROM onceward.list_chunks c WHERE c.list = p_list),
                   string_agg(r.player::text, ',' ORDER BY r.line)), 'UTF8')), 'hex') AS digest
            FROM onceward.list_rows r WHERE r.list = p_list) AS found
   WHERE l.no = p_list;
END $$;

CREATE OR REPLACE FUNCTION onceward.perform_list(
  action jsonb, by_actor bigint, by_number integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  CASE action->>'kind'
    WHEN 'list.create' THEN
      INSERT INTO onceward.lists (name, query, scans_to, made_by, made_number, made_at)
      SELECT action->>'name', nullif(action->'query', 'null')::json,
             coalesce((SELECT max(a.no) FROM onceward.actors a), 0), by_actor, by_number,
             date_trunc('milliseconds', clock_timestamp());
    WHEN 'list.chunk' THEN PERFORM onceward.store_chunk(action);
    WHEN 'list.fill' THEN PERFORM onceward.fill_list((action->>'listId')::bigint);
    WHEN 'list.close' THEN PERFORM onceward.close_list((action->>'listId')::bigint);
  END CASE;
END $$;

-- As the API shows it.
CREATE OR REPLACE FUNCTION onceward.list_json(p_no bigint) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'id', l.no, 'name', l.name, 'rows', l.rows, 'digest', l.digest, 'query', l.query,
           'chunks', (SELECT count(*) FROM onceward.list_chunks c WHERE c.list = l.no),
           'isFilled', l.query IS NULL OR l.scanned_to >= l.scans_to,
           'madeBy', (SELECT a.id FROM onceward.actors a WHERE a.no = l.made_by),
           'madeAt', onceward.shown_time(l.made_at), 'closedAt', onceward.shown_time(l.closed_at))
    FROM onceward.lists l WHERE l.no = p_no);
