-- The export of everything about one player, in pages (docs/erasure.md). It is driven by a table of
-- what refers to a player, so a new table joins it by one line; a test compares that table with the
-- catalogue. A row has the columns of its table, with names and IDs instead of numbers.

-- What refers to a player: the section of the export, the relation, its column with the number of
-- the player, and the columns that order the rows of one player. An event of the outbox is missing:
-- it is made from its claim when it is sent.
CREATE OR REPLACE FUNCTION onceward.sections_of_export()
RETURNS TABLE (place bigint, section text, relation text, player_column text, ordered_by text)
LANGUAGE sql IMMUTABLE ROWS 25
BEGIN ATOMIC
  SELECT row_number() OVER (), s.* FROM (VALUES
    ('actors', 'onceward.actors', 'no', 'no'),
    ('balances', 'onceward.balances', 'player', 'resource'),
    ('reward_claims', 'onceward.reward_claims', 'player', 'number'),
    ('received_claims', 'onceward.reward_claims', 'counterparty', 'counterparty_number'),
    ('ledger_entries', 'onceward.ledger_entries', 'player', 'number,ordinal'),
    ('checkpoints', 'onceward.checkpoints', 'player', 'resource'),
    ('reversed_claims', 'onceward.reversed_claims', 'player', 'number'),
    ('source_keys', 'onceward.source_keys', 'player', 'number,resource,key,scope'),
    ('limit_counters',
     '(SELECT * FROM onceward.limit_counters WHERE kind = 1)', 'subject', 'limit,period'),
    ('counted_claims', '(SELECT * FROM onceward.counted_claims WHERE kind = 1)',
     'subject', 'limit,period,claim_type'),
    ('pending_rewards', 'onceward.pending_rewards', 'player', 'number'),
    ('refusals', 'onceward.refusals', 'player', 'idempotency_key'),
    ('bulk_calls', 'onceward.bulk_calls', 'actor', 'idempotency_key'),
    ('waiting_events', 'onceward.waiting_events', 'player', 'endpoint,event'),
    ('dead_letters', 'onceward.dead_letters', 'player', 'endpoint,event'),
    ('code_tries', 'onceward.code_tries', 'player', 'player'),
    ('notes', 'onceward.notes', 'player', 'no'),
    ('audit_events', 'onceward.audit_events', 'player', 'id'),
    ('list_rows', '(SELECT l.name, r.* FROM onceward.list_rows r
                      JOIN onceward.lists l ON l.no = r.list)', 'player', 'list,line'),
    ('campaign_rows', '(SELECT l.player, c.name, r.* FROM onceward.list_rows l
        JOIN onceward.campaigns c ON c.list = l.list
        JOIN onceward.campaign_rows r ON (r.campaign, r.line) = (c.no, l.line))',
     'player', 'campaign,line'),
    ('ranking_rows', '(SELECT l.player, k.payout, k.key, r.* FROM onceward.list_rows l
        JOIN onceward.rankings k ON k.list = l.list
        JOIN onceward.ranking_rows r ON (r.ranking, r.line) = (k.no, l.line))',
     'player', 'ranking,line'),
    ('undo_claims', 'onceward.undo_claims', 'player', 'undo,place'),
    ('undo_players', 'onceward.undo_players', 'player', 'undo'),
    ('economy_ranks', 'onceward.economy_ranks', 'player', 'round,resource,indebted'),
    ('archived_claims', 'onceward.archived_claims', 'player', 'number'),
    ('archived_uses', 'onceward.archived_uses', 'player', 'claim_type,resource,received')
  ) AS s(section, relation, player_column, ordered_by);
END;

-- A row with names and IDs instead of numbers.
CREATE OR REPLACE FUNCTION onceward.exported_row(row_of json) RETURNS json
LANGUAGE sql STABLE
RETURN (
  SELECT json_object_agg(c.key, CASE
      WHEN json_typeof(c.value) = 'null' THEN c.value
      WHEN c.key = 'resource' THEN to_json(onceward.name_of(1, (c.value::text)::smallint))
      WHEN c.key = 'claim_type' AND json_typeof(c.value) = 'number'
        THEN to_json(onceward.name_of(2, (c.value::text)::smallint))
      WHEN c.key = 'operation' THEN to_json(onceward.name_of(3, (c.value::text)::smallint))
      WHEN c.key = 'limit' THEN to_json(onceward.name_of(4, (c.value::text)::smallint))
      WHEN c.key = 'merged_from' THEN (
        SELECT json_agg(a.id ORDER BY g.place)
          FROM json_array_elements_text(c.value) WITH ORDINALITY AS g(no, place)
          JOIN onceward.actors a ON a.no = g.no::bigint)
      WHEN c.key IN ('player', 'actor', 'counterparty', 'author', 'subject', 'merged_into')
        THEN (SELECT to_json(a.id) FROM onceward.actors a WHERE a.no = (c.value::text)::bigint)
      ELSE c.value END)
    FROM json_each(row_of) AS c);

-- At most `most` rows of a section after the one with these keys, in order: for each its keys and
-- the row.
CREATE OR REPLACE FUNCTION onceward.rows_of_export(
  of_player bigint, of_section text, after_keys text[], most integer)
RETURNS TABLE (keys text[], row_of json) LANGUAGE plpgsql STABLE AS $$
DECLARE
  s       record;
  columns text;
BEGIN
  SELECT e.* INTO STRICT s FROM onceward.sections_of_export() AS e WHERE e.section = of_section;
  SELECT string_agg(format('t.%I', c), ', ') INTO columns
    FROM string_to_table(s.ordered_by, ',') AS c;
  IF cardinality(after_keys) <> cardinality(string_to_array(s.ordered_by, ',')) THEN
    RAISE EXCEPTION 'these are no keys of %', of_section USING ERRCODE = 'data_exception';
  END IF;
  -- Literals, so that they take the types of the columns and an index is used.
  RETURN QUERY EXECUTE format(
    'SELECT ARRAY[%4$s], onceward.exported_row(row_to_json(t))
       FROM %1$s AS t WHERE t.%2$I = $1 %3$s ORDER BY %5$s LIMIT $2',
    s.relation, s.player_column,
    CASE WHEN after_keys IS NOT NULL THEN format('AND ROW(%s) > ROW(%s)', columns, (
      SELECT string_agg(quote_literal(k), ', ') FROM unnest(after_keys) AS k)) END,
    replace(columns, ', ', '::text, ') || '::text', columns)
    USING of_player, most;
END $$;

-- Rows from a place on: of this section and the next ones, until there are `most` of them or two
-- million characters. `next`: `[place of the section, keys]`, where it goes on; null: that is all.
CREATE OR REPLACE FUNCTION onceward.export_rows(
  of_player bigint, from_place integer, after_keys text[], most integer)
RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE
  most_characters CONSTANT integer := 2000000;
  s          record;
  one        record;
  found      json[];
  sections   json[] := '{}';
  taken      integer := 0;
  characters integer := 0;
BEGIN
  FOR s IN SELECT e.* FROM onceward.sections_of_export() AS e
            WHERE e.place >= from_place ORDER BY e.place
  LOOP
    found := '{}';
    FOR one IN SELECT r.* FROM onceward.rows_of_export(
        of_player, s.section, CASE WHEN s.place = from_place THEN after_keys END, most - taken) AS r
    LOOP
      found := found || one.row_of;
      taken := taken + 1;
      characters := characters + length(one.row_of::text);
      EXIT WHEN characters >= most_characters;
    END LOOP;
    sections := sections || json_build_object('section', s.section, 'rows', array_to_json(found));
    IF taken >= most OR characters >= most_characters THEN
      RETURN json_build_object('sections', array_to_json(sections),
                               'next', json_build_array(s.place, one.keys));
    END IF;
  END LOOP;
  RETURN json_build_object('sections', array_to_json(sections), 'next', NULL);
END $$;

-- A page of the export for a staff member. The first one, of `player_id`, writes the audit row;
-- each other names that row by `export`. One page of a member at a time.
CREATE OR REPLACE FUNCTION onceward.export_page(
  staff_id text, needs text, export uuid, client_correlation_id text, player_id text,
  from_place integer, after_keys text[], most integer)
RETURNS json LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
  by_actor  CONSTANT bigint := (
    SELECT a.no FROM onceward.actors a WHERE a.id = staff_id AND a.kind = 3);
  of_player bigint;
BEGIN
  IF onceward.staff_forbidden(by_actor, needs) IS NOT NULL THEN
    RETURN json_build_object('kind', 'forbidden');
  ELSIF NOT pg_try_advisory_xact_lock(hashtextextended('export ' || by_actor, 80)) THEN
    RETURN json_build_object('kind', 'too_often');
  END IF;
  IF player_id IS NOT NULL THEN
    SELECT a.no INTO of_player FROM onceward.actors a WHERE a.id = player_id AND a.kind = 1;
    IF of_player IS NULL THEN RETURN json_build_object('kind', 'unknown'); END IF;
    IF onceward.lists_too_often(by_actor) THEN
      RETURN json_build_object('kind', 'too_often');
    END IF;
    INSERT INTO onceward.audit_events (
      actor, player, correlation_id, client_correlation_id, action, outcome)
    VALUES (by_actor, of_player, export, export_page.client_correlation_id, 'exportPlayer',
            'listed');
  ELSE
    SELECT e.player INTO of_player FROM onceward.audit_events e
     WHERE e.correlation_id = export AND e.actor = by_actor AND e.action = 'exportPlayer'
       AND e.outcome = 'listed'
       -- Begun before the player was erased: it would be two halves.
       AND NOT EXISTS (SELECT FROM onceward.erasures x
                        WHERE x.player = e.player AND x.made_at >= e.recorded_at);
    IF of_player IS NULL THEN RETURN json_build_object('kind', 'unknown'); END IF;
  END IF;
  RETURN json_build_object('kind', 'page', 'page', onceward.export_rows(
    of_player, from_place, after_keys, most));
EXCEPTION WHEN data_exception THEN
  -- The keys of a cursor that no page made.
  RETURN json_build_object('kind', 'unknown');
END $$;
