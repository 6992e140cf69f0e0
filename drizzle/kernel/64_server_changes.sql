-- Changes of the registry of game servers: actions of staff (40_actions.sql) with `server:manage`.
-- What allows a server more than before is proposed, and executed when another member has approved
-- it; what takes something away, such as disabling, is executed at once. A server that has no row
-- may do anything where settings.servers is `open`, and nothing where it is `registered`.
--
-- Changes wait for each other: they lock the table, then what commit_operations locks. Operations
-- of servers read it and wait for nothing; one that starts after the answer sees the change.

-- The server that an action is about; null: it has no row among the actors.
CREATE OR REPLACE FUNCTION onceward.server_of(action jsonb) RETURNS bigint LANGUAGE sql STABLE
RETURN (SELECT a.no FROM onceward.actors a WHERE a.id::text = action->>'server' AND a.kind = 2);

-- The bounds of a server's row.
CREATE OR REPLACE FUNCTION onceward.server_terms_of(of_actor bigint) RETURNS jsonb
LANGUAGE sql STABLE
RETURN (
  SELECT jsonb_build_object(
           'keyIds', s.key_ids, 'operations', s.operations, 'claimTypes', s.claim_types,
           'largestAmount', s.largest_amount, 'claimsPerHour', s.claims_per_hour,
           'valuePerHour', s.value_per_hour)
    FROM onceward.servers s WHERE s.actor = of_actor);

-- As the API shows it. Bounds are null where the token alone decides.
CREATE OR REPLACE FUNCTION onceward.server_json(of_actor bigint) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT (jsonb_build_object(
            'id', a.id, 'isRegistered', s.actor IS NOT NULL,
            'keyIds', s.key_ids, 'operations', s.operations, 'claimTypes', s.claim_types,
            'largestAmount', s.largest_amount, 'claimsPerHour', s.claims_per_hour,
            'valuePerHour', s.value_per_hour,
            'registeredAt', onceward.shown_time(s.registered_at),
            'disabledAt', onceward.shown_time(s.disabled_at),
            'disabledBy', (SELECT d.id FROM onceward.actors d WHERE d.no = s.disabled_by),
            'disabledReason', s.disabled_reason)
          || jsonb_build_object(
            'claimsThisHour', onceward.used_of_hour(a.no, 'server:claims', h.now),
            'valueThisHour', onceward.used_of_hour(a.no, 'server:value', h.now),
            'proposalId', (
              SELECT max(p.no) FROM onceward.proposals p
               WHERE p.kind IN ('server.set', 'server.enable') AND p.subject = a.no::text
                 AND p.state IN ('open', 'approved') AND p.expires_at > clock_timestamp())))::json
    FROM onceward.actors a LEFT JOIN onceward.servers s ON s.actor = a.no
   CROSS JOIN (SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24') AS now)
         AS h
   WHERE a.no = of_actor);

CREATE OR REPLACE FUNCTION onceward.server_refused(
  action jsonb, why text, about text DEFAULT NULL) RETURNS json LANGUAGE sql IMMUTABLE
RETURN json_build_object('kind', 'server_refused', 'serverId', action->>'server', 'why', why,
                         'about', about);

-- A list of an action's bounds; null: it sets none.
CREATE OR REPLACE FUNCTION onceward.bound_texts(bounds jsonb, member text) RETURNS text[]
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN jsonb_typeof(bounds->member) = 'array'
            THEN onceward.texts_of(bounds->member) END;

CREATE OR REPLACE FUNCTION onceward.judge_server_change(action jsonb, by_actor bigint)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  unknown text;
BEGIN
  LOCK TABLE onceward.servers IN SHARE ROW EXCLUSIVE MODE;
  IF action->>'kind' = 'server.enable' AND NOT EXISTS (
    SELECT FROM onceward.servers s WHERE s.actor = onceward.server_of(action)) THEN
    RETURN onceward.server_refused(action, 'unknown_server');
  ELSIF action->>'kind' = 'server.set' THEN
    SELECT min(o COLLATE "C") INTO unknown
      FROM unnest(onceward.bound_texts(action->'bounds', 'operations')) AS o
     WHERE onceward.number_of(3, o) IS NULL;
    IF unknown IS NOT NULL THEN
      RETURN onceward.server_refused(action, 'unknown_operation', unknown);
    END IF;
    SELECT min(t COLLATE "C") INTO unknown
      FROM unnest(onceward.bound_texts(action->'bounds', 'claimTypes')) AS t
     WHERE onceward.number_of(2, t) IS NULL;
    IF unknown IS NOT NULL THEN
      RETURN onceward.server_refused(action, 'unknown_claim_type', unknown);
    END IF;
  END IF;
  RETURN NULL;
END $$;

-- Whether bounds allow more than others: something that those do not name, or a larger number.
CREATE OR REPLACE FUNCTION onceward.raises_bounds(bounds jsonb, before jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN EXISTS (
  SELECT FROM jsonb_each(before) AS b
   WHERE jsonb_typeof(b.value) <> 'null' AND CASE
     WHEN jsonb_typeof(b.value) = 'array'
     THEN (bounds->b.key <@ b.value AND jsonb_typeof(bounds->b.key) = 'array') IS NOT TRUE
     ELSE ((bounds->>b.key)::bigint <= (b.value #>> '{}')::bigint) IS NOT TRUE END);

CREATE OR REPLACE FUNCTION onceward.raises_server(action jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  before CONSTANT jsonb := onceward.server_terms_of(onceward.server_of(action));
BEGIN
  RETURN CASE
    WHEN action->>'kind' = 'server.disable' THEN false
    WHEN action->>'kind' = 'server.enable' THEN EXISTS (
      SELECT FROM onceward.servers s
       WHERE s.actor = onceward.server_of(action) AND s.disabled_at IS NOT NULL)
    WHEN before IS NULL THEN (SELECT s.servers = 'registered' FROM onceward.settings s)
    ELSE onceward.raises_bounds(action->'bounds', before) END;
END $$;

-- The approval under which the change is executed; null: it is proposed, and waits.
CREATE OR REPLACE FUNCTION onceward.approval_of_server(action jsonb, by_actor bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  server  CONSTANT bigint := onceward.server_of(action);
  before  CONSTANT jsonb := onceward.server_terms_of(server);
  given   CONSTANT jsonb := action - 'kind' - 'reason';
  digest  CONSTANT text := encode(sha256(convert_to(
    jsonb_build_array(action->>'kind', server, given, before)::text, 'UTF8')), 'hex');
  approval bigint := onceward.approval_of(action->>'kind', server::text, digest);
BEGIN
  IF approval IS NULL THEN
    PERFORM onceward.propose(action->>'kind', server::text, digest, 'server:manage',
      json_build_object('change', given, 'before', before, 'reason', action->>'reason'), by_actor);
  ELSE
    PERFORM onceward.execute_proposal(approval);
  END IF;
  RETURN approval;
END $$;

CREATE OR REPLACE FUNCTION onceward.set_server(of_actor bigint, bounds jsonb) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  INSERT INTO onceward.servers AS s (
    actor, registered_at, key_ids, operations, claim_types, largest_amount, claims_per_hour,
    value_per_hour)
  VALUES (
    of_actor, date_trunc('milliseconds', clock_timestamp()),
    onceward.bound_texts(bounds, 'keyIds'), onceward.bound_texts(bounds, 'operations'),
    onceward.bound_texts(bounds, 'claimTypes'), (bounds->>'largestAmount')::bigint,
    (bounds->>'claimsPerHour')::bigint, (bounds->>'valuePerHour')::bigint)
  ON CONFLICT (actor) DO UPDATE
    SET key_ids = excluded.key_ids, operations = excluded.operations,
        claim_types = excluded.claim_types, largest_amount = excluded.largest_amount,
        claims_per_hour = excluded.claims_per_hour, value_per_hour = excluded.value_per_hour;
END;

-- A server that was never registered is, without bounds.
CREATE OR REPLACE FUNCTION onceward.disable_server(
  of_actor bigint, by_actor bigint, why text) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  INSERT INTO onceward.servers AS s (
    actor, registered_at, disabled_at, disabled_by, disabled_reason)
  SELECT of_actor, m.now, m.now, by_actor, why
    FROM (SELECT date_trunc('milliseconds', clock_timestamp()) AS now) AS m
  ON CONFLICT (actor) DO UPDATE
    SET disabled_at = excluded.disabled_at, disabled_by = excluded.disabled_by,
        disabled_reason = excluded.disabled_reason
    WHERE s.disabled_at IS NULL;
END;

CREATE OR REPLACE FUNCTION onceward.enable_server(of_actor bigint) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE onceward.servers s SET disabled_at = NULL, disabled_by = NULL, disabled_reason = NULL
   WHERE s.actor = of_actor;
END;

CREATE OR REPLACE FUNCTION onceward.perform_server_change(action jsonb, by_actor bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  server CONSTANT bigint := onceward.register_actor('server', action->>'server');
BEGIN
  IF onceward.raises_server(action) AND onceward.approval_of_server(action, by_actor) IS NULL THEN
    RETURN;
  END IF;
  CASE action->>'kind'
    WHEN 'server.set' THEN PERFORM onceward.set_server(server, action->'bounds');
    WHEN 'server.disable' THEN
      PERFORM onceward.disable_server(server, by_actor, action->>'reason');
    WHEN 'server.enable' THEN PERFORM onceward.enable_server(server);
  END CASE;
END $$;
