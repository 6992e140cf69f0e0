-- Endpoints, which get events as signed webhooks: actions of staff (40_actions.sql) with
-- `event:manage`. 72_send_events.sql sends to them.
--
-- A change takes the endpoint from its sender (`holder`): what was being sent counts as not sent,
-- and is sent again.

CREATE OR REPLACE FUNCTION onceward.endpoint_refused(p_no bigint, why text) RETURNS json
LANGUAGE sql IMMUTABLE
RETURN json_build_object('kind', 'endpoint_refused', 'endpointId', p_no, 'why', why);

-- The place from which every event of a transaction that ended after `since` follows; null: events
-- after it may have been removed from the outbox.
CREATE OR REPLACE FUNCTION onceward.place_at(since timestamptz) RETURNS xid8
LANGUAGE sql STABLE
RETURN (
  SELECT m.below FROM onceward.event_marks m
   WHERE m.at <= since AND m.below > (SELECT s.removed_transaction FROM onceward.outbox_state s)
   ORDER BY m.at DESC LIMIT 1);

-- How many events can be taken from the dead letters of an endpoint at once.
CREATE OR REPLACE FUNCTION onceward.room_to_wait(p_no bigint) RETURNS integer
LANGUAGE sql STABLE
RETURN (SELECT greatest(0, 2000 - count(*))::integer FROM onceward.waiting_events w
         WHERE w.endpoint = p_no);

-- The dead letters that an action names; without names, the oldest.
CREATE OR REPLACE FUNCTION onceward.letters_of(action jsonb)
RETURNS SETOF onceward.dead_letters LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT d.* FROM onceward.dead_letters d
   WHERE d.endpoint = (action->>'endpointId')::bigint
     AND (action->'events' IS NULL
          OR d.event IN (SELECT e::bigint FROM jsonb_array_elements_text(action->'events') AS e))
   ORDER BY d.event
   LIMIT least(1000, onceward.room_to_wait((action->>'endpointId')::bigint));
END;

-- Whether an endpoint's next event may have been removed from the outbox.
CREATE OR REPLACE FUNCTION onceward.is_behind_the_outbox(endpoint onceward.endpoints)
RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT (endpoint.transaction, endpoint.event) < (s.removed_transaction, s.removed_event)
          FROM onceward.outbox_state s);

-- Why an endpoint cannot be made or changed; null: it can.
CREATE OR REPLACE FUNCTION onceward.judge_endpoint(action jsonb) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  endpoint onceward.endpoints;
  place    xid8;
BEGIN
  IF action->>'kind' = 'endpoint.create' THEN
    LOCK TABLE onceward.endpoints IN SHARE ROW EXCLUSIVE MODE;
    IF (SELECT count(*) FROM onceward.endpoints e WHERE e.state <> 'disabled') >= 20 THEN
      RETURN onceward.endpoint_refused(NULL, 'too_many');
    END IF;
    RETURN NULL;
  END IF;
  SELECT * INTO endpoint FROM onceward.endpoints e
   WHERE e.no = (action->>'endpointId')::bigint FOR NO KEY UPDATE;
  IF endpoint.no IS NULL THEN
    RETURN json_build_object('kind', 'unknown_record', 'record', 'endpoint',
                             'id', (action->>'endpointId')::bigint);
  END IF;
  CASE action->>'kind'
    WHEN 'endpoint.change' THEN
      IF (action->>'enabled')::boolean AND onceward.is_behind_the_outbox(endpoint) THEN
        RETURN onceward.endpoint_refused(endpoint.no, 'events_gone');
      ELSIF (action->>'enabled')::boolean AND endpoint.state = 'disabled' AND 20 <= (
        SELECT count(*) FROM onceward.endpoints e WHERE e.state <> 'disabled') THEN
        RETURN onceward.endpoint_refused(endpoint.no, 'too_many');
      END IF;
    WHEN 'endpoint.replay' THEN
      IF (action->>'from')::timestamptz > clock_timestamp() THEN
        RETURN onceward.endpoint_refused(endpoint.no, 'ahead');
      END IF;
      place := onceward.place_at((action->>'from')::timestamptz);
      IF place IS NULL THEN RETURN onceward.endpoint_refused(endpoint.no, 'events_gone'); END IF;
      IF (place, 0) > (endpoint.transaction, endpoint.event)
         AND NOT onceward.is_behind_the_outbox(endpoint) THEN
        RETURN onceward.endpoint_refused(endpoint.no, 'ahead');
      END IF;
    WHEN 'endpoint.resend' THEN
      IF onceward.room_to_wait(endpoint.no) = 0 THEN
        RETURN onceward.endpoint_refused(endpoint.no, 'too_many_waiting');
      ELSIF NOT EXISTS (SELECT FROM onceward.letters_of(action)) THEN
        RETURN onceward.endpoint_refused(endpoint.no, 'no_dead_letters');
      END IF;
    ELSE NULL;
  END CASE;
  RETURN NULL;
END $$;

-- A new endpoint gets what is granted from now on.
CREATE OR REPLACE FUNCTION onceward.create_endpoint(
  action jsonb, by_actor bigint, by_number integer) RETURNS void
LANGUAGE sql VOLATILE
BEGIN ATOMIC
  INSERT INTO onceward.endpoints (
    made_by, made_at, made_number, changed_at, rests_until, transaction, event, url, description,
    salt)
  SELECT by_actor, t.at, by_number, t.at, t.at, t.ended, 9223372036854775807,
         action->>'url', action->>'description', uuid_send(gen_random_uuid())
    FROM (SELECT date_trunc('milliseconds', clock_timestamp()) AS at,
                 (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text::xid8 AS ended)
      AS t;
END;

-- Begins again at an earlier place. What waits or was put aside behind it is read from
-- the outbox again.
CREATE OR REPLACE FUNCTION onceward.replay_events(action jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  place CONSTANT xid8 := onceward.place_at((action->>'from')::timestamptz);
BEGIN
  UPDATE onceward.endpoints e SET transaction = place, event = 0
   WHERE e.no = (action->>'endpointId')::bigint;
  DELETE FROM onceward.waiting_events w
   WHERE w.endpoint = (action->>'endpointId')::bigint AND w.transaction >= place;
  DELETE FROM onceward.dead_letters d
   WHERE d.endpoint = (action->>'endpointId')::bigint AND d.transaction >= place;
END $$;

-- Dead letters wait again, as events that were never sent.
CREATE OR REPLACE FUNCTION onceward.resend_letters(action jsonb) RETURNS void
LANGUAGE sql VOLATILE
BEGIN ATOMIC
  WITH letters AS (
    DELETE FROM onceward.dead_letters d USING onceward.letters_of(action) AS l
     WHERE (d.endpoint, d.event) = (l.endpoint, l.event)
    RETURNING d.*)
  INSERT INTO onceward.waiting_events (
    endpoint, transaction, event, player, counterparty, number, next_try_at, last_failure)
  SELECT l.endpoint, l.transaction, l.event, l.player, l.counterparty, l.number,
         clock_timestamp(), l.last_failure
    FROM letters AS l
  ON CONFLICT DO NOTHING;
END;

CREATE OR REPLACE FUNCTION onceward.perform_endpoint(
  action jsonb, by_actor bigint, by_number integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  moment CONSTANT timestamptz := date_trunc('milliseconds', clock_timestamp());
BEGIN
  CASE action->>'kind'
    WHEN 'endpoint.create' THEN
      PERFORM onceward.create_endpoint(action, by_actor, by_number);
      RETURN;
    WHEN 'endpoint.change' THEN
      UPDATE onceward.endpoints e
         SET url = coalesce(action->>'url', e.url),
             description = coalesce(action->>'description', e.description),
             state = CASE (action->>'enabled')::boolean WHEN true THEN 'enabled'
                          WHEN false THEN 'disabled' ELSE e.state END
       WHERE e.no = (action->>'endpointId')::bigint;
    WHEN 'endpoint.rotate' THEN
      UPDATE onceward.endpoints e
         SET generation = e.generation + 1,
             overlap_until = moment + make_interval(hours => (action->>'overlapHours')::integer)
       WHERE e.no = (action->>'endpointId')::bigint;
    WHEN 'endpoint.replay' THEN PERFORM onceward.replay_events(action);
    WHEN 'endpoint.resend' THEN PERFORM onceward.resend_letters(action);
  END CASE;
  UPDATE onceward.endpoints e
     SET changed_at = moment, holder = NULL, held_until = NULL, failures = 0, rests_until = moment
   WHERE e.no = (action->>'endpointId')::bigint;
END $$;

-- When the first event was granted that an endpoint has neither accepted nor put aside; null: there
-- is none.
CREATE OR REPLACE FUNCTION onceward.next_event_at(endpoint onceward.endpoints)
RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT min(c.claimed_at) FROM (
    (SELECT w.player, w.number FROM onceward.waiting_events w WHERE w.endpoint = endpoint.no
      ORDER BY w.event LIMIT 1)
    UNION ALL
    SELECT e.player, e.number FROM onceward.events_after(
             endpoint.transaction, endpoint.event, pg_snapshot_xmin(pg_current_snapshot()), 1)
      AS e) AS n
    JOIN onceward.reward_claims c ON (c.player, c.number) = (n.player, n.number));

-- As the API shows it.
CREATE OR REPLACE FUNCTION onceward.endpoint_json(p_no bigint) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'id', e.no, 'url', e.url, 'description', e.description, 'state', e.state,
           'generation', e.generation, 'accepted', e.accepted, 'lastFailure', e.last_failure,
           'overlapUntil', CASE WHEN e.overlap_until > clock_timestamp()
                                THEN onceward.shown_time(e.overlap_until) END,
           'createdAt', onceward.shown_time(e.made_at),
           'createdBy', (SELECT a.id FROM onceward.actors a WHERE a.no = e.made_by),
           'changedAt', onceward.shown_time(e.changed_at),
           'acceptedAt', onceward.shown_time(e.accepted_at),
           'failingSince', onceward.shown_time(e.failing_since),
           'isBehind', onceward.is_behind_the_outbox(e),
           'nextAt', onceward.shown_time(onceward.next_event_at(e)),
           'waiting', (SELECT count(*) FROM onceward.waiting_events w WHERE w.endpoint = e.no),
           'deadLetters', (SELECT count(*) FROM onceward.dead_letters d WHERE d.endpoint = e.no))
    FROM onceward.endpoints e WHERE e.no = p_no);

-- With what its secret is derived from: the answer of an action, never a list.
CREATE OR REPLACE FUNCTION onceward.endpoint_record(
  action jsonb, by_actor bigint, by_number integer) RETURNS jsonb
LANGUAGE sql STABLE
RETURN (
  SELECT onceward.endpoint_json(e.no)::jsonb || jsonb_build_object('salt', encode(e.salt, 'hex'))
    FROM onceward.endpoints e
   WHERE CASE WHEN action->>'endpointId' IS NULL
              THEN (e.made_by, e.made_number) = (by_actor, by_number)
              ELSE e.no = (action->>'endpointId')::bigint END);
