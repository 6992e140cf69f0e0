-- Sends events to endpoints: the sender (src/events/send-events.ts) calls step_endpoint again and
-- again. Each call records what became of the events that it sent, and returns the next ones with
-- what they say. One sender at a time has an endpoint; another one takes over when its time is up.
--
-- An endpoint goes through the outbox by its place. An event that it did not accept waits
-- (`waiting_events`) with those of the same players behind it, while other players' go on. So what
-- was accepted at once costs no row. A sender that dies leaves the place where it was: its events
-- are sent again.

-- The endpoints to which something can be sent now.
CREATE OR REPLACE FUNCTION onceward.endpoints_to_send() RETURNS bigint[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN ARRAY(
  SELECT e.no FROM onceward.endpoints e
   WHERE e.state = 'enabled' AND e.rests_until <= clock_timestamp()
     AND (e.held_until IS NULL OR e.held_until <= clock_timestamp())
     AND NOT onceward.is_behind_the_outbox(e)
     AND (EXISTS (SELECT FROM onceward.waiting_events w
                   WHERE w.endpoint = e.no AND w.next_try_at <= clock_timestamp())
          OR EXISTS (SELECT FROM onceward.events_after(
               e.transaction, e.event, pg_snapshot_xmin(pg_current_snapshot()), 1)))
   ORDER BY e.no);

-- When an event is tried again: twice as long after each attempt, up to an hour, give or take half,
-- and not before the time that the endpoint asked for.
CREATE OR REPLACE FUNCTION onceward.next_try(attempts integer, retry_after integer)
RETURNS timestamptz LANGUAGE sql VOLATILE
RETURN clock_timestamp() + greatest(
  make_interval(secs => least(coalesce(retry_after, 0), 3600)),
  make_interval(secs => (0.5 + random()) * least(3600, (
    SELECT s.event_retry_ms / 1000.0 FROM onceward.settings s) * 2 ^ least(attempts - 1, 30))));

-- What was tried: `failure` null, it was accepted.
CREATE OR REPLACE FUNCTION onceward.tried_events(sent jsonb)
RETURNS TABLE (event bigint, failure text, "retryAfter" integer) LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
  SELECT t.event, left(t.failure, 200), t."retryAfter"
    FROM jsonb_to_recordset(sent->'tried')
      AS t(event bigint, failure text, "retryAfter" integer);
END;

-- The ID of an event, as src/domain/event.ts makes it.
CREATE OR REPLACE FUNCTION onceward.event_id(of_player bigint, of_number integer, no bigint)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT format('evt_%s_%s', replace(c.correlation_id::text, '-', ''), no)
          FROM onceward.reward_claims c WHERE (c.player, c.number) = (of_player, of_number));

-- An attempt in the log.
CREATE OR REPLACE FUNCTION onceward.attempt_json(
  of_player bigint, of_number integer, no bigint, attempt integer, failure text)
RETURNS jsonb LANGUAGE sql STABLE
RETURN jsonb_build_object('eventId', onceward.event_id(of_player, of_number, no),
                          'attempt', attempt, 'failure', failure);

-- What of the range that was gone through is not accepted waits from now on.
-- Returns the attempts for the log.
CREATE OR REPLACE FUNCTION onceward.let_wait(endpoint onceward.endpoints, sent jsonb, below xid8)
RETURNS jsonb LANGUAGE sql VOLATILE
BEGIN ATOMIC
  WITH behind AS (
    INSERT INTO onceward.waiting_events (
      endpoint, transaction, event, player, counterparty, number, attempts, first_tried_at,
      next_try_at, last_failure)
    SELECT endpoint.no, e.transaction, e.no, e.player, c.counterparty, e.number,
           (t.event IS NOT NULL)::integer, CASE WHEN t.event IS NOT NULL THEN clock_timestamp() END,
           CASE WHEN t.event IS NULL THEN clock_timestamp()
                ELSE onceward.next_try(1, t."retryAfter") END, t.failure
      FROM onceward.events_after(endpoint.transaction, endpoint.event, below, 1000) AS e
      JOIN onceward.actors a ON a.no = e.player AND a.kind = 1
      JOIN onceward.reward_claims c ON (c.player, c.number) = (e.player, e.number)
      LEFT JOIN onceward.tried_events(sent) AS t ON t.event = e.no
     WHERE (e.transaction, e.no) <= ((sent->>'transaction')::xid8, (sent->>'event')::bigint)
       AND (t.event IS NULL OR t.failure IS NOT NULL)
    ON CONFLICT DO NOTHING
    RETURNING player, number, event, attempts, last_failure)
  SELECT coalesce(jsonb_agg(onceward.attempt_json(
           b.player, b.number, b.event, b.attempts, b.last_failure)), '[]')
    FROM behind AS b WHERE b.attempts > 0;
END;

-- What waited and was sent: it is accepted, waits longer, or has failed for so long that it is put
-- aside. Returns the attempts for the log.
CREATE OR REPLACE FUNCTION onceward.settle_waiting(endpoint onceward.endpoints, sent jsonb)
RETURNS jsonb LANGUAGE sql VOLATILE
BEGIN ATOMIC
  WITH tried AS MATERIALIZED (
    SELECT w.*, t.failure, t."retryAfter",
           t.failure IS NOT NULL AND w.first_tried_at <= clock_timestamp() - make_interval(
             hours => (SELECT s.event_retry_hours FROM onceward.settings s)) AS dies
      FROM onceward.tried_events(sent) AS t JOIN onceward.waiting_events w
        ON (w.endpoint, w.event) = (endpoint.no, t.event)),
  gone AS (
    DELETE FROM onceward.waiting_events w USING tried t
     WHERE (w.endpoint, w.event) = (t.endpoint, t.event)
       AND (t.failure IS NULL OR t.dies)),
  again AS (
    UPDATE onceward.waiting_events w
       SET attempts = t.attempts + 1, last_failure = t.failure,
           first_tried_at = coalesce(w.first_tried_at, clock_timestamp()),
           next_try_at = onceward.next_try(t.attempts + 1, t."retryAfter")
      FROM tried t
     WHERE (w.endpoint, w.event) = (t.endpoint, t.event)
       AND t.failure IS NOT NULL AND NOT t.dies),
  dead AS (
    INSERT INTO onceward.dead_letters (
      endpoint, transaction, event, player, counterparty, number, died_at, attempts, last_failure)
    SELECT t.endpoint, t.transaction, t.event, t.player, t.counterparty, t.number,
           clock_timestamp(), t.attempts + 1, t.failure
      FROM tried t WHERE t.dies
    ON CONFLICT ON CONSTRAINT dead_letters_in_order DO UPDATE
      SET died_at = excluded.died_at, attempts = excluded.attempts)
  SELECT coalesce(jsonb_agg(onceward.attempt_json(
           t.player, t.number, t.event, t.attempts + 1, t.failure)), '[]')
    FROM tried t;
END;

-- Records what one step sent, and moves the endpoint's place behind it.
CREATE OR REPLACE FUNCTION onceward.record_sends(
  INOUT endpoint onceward.endpoints, sent jsonb, below xid8)
LANGUAGE plpgsql AS $$
DECLARE
  moment   CONSTANT timestamptz := clock_timestamp();
  attempts jsonb := onceward.settle_waiting(endpoint, sent);
  accepted integer;
  failed   integer;
  failure  text;
BEGIN
  attempts := attempts || onceward.let_wait(endpoint, sent, below);
  SELECT count(*) FILTER (WHERE t.failure IS NULL), count(t.failure), max(t.failure)
    INTO accepted, failed, failure FROM onceward.tried_events(sent) AS t;
  IF accepted + failed > 0 THEN
    INSERT INTO onceward.event_sends (
      endpoint, sent_at, after_transaction, after_event, transaction, event, accepted, failed,
      longest_ms, attempts)
    SELECT endpoint.no, moment, endpoint.transaction, endpoint.event,
           (sent->>'transaction')::xid8, (sent->>'event')::bigint, accepted, failed,
           (sent->>'longestMs')::integer, attempts;
  END IF;
  endpoint.transaction := (sent->>'transaction')::xid8;
  endpoint.event := (sent->>'event')::bigint;
  endpoint.accepted := endpoint.accepted + accepted;
  IF accepted > 0 THEN
    endpoint.accepted_at := moment;
    endpoint.failing_since := NULL;
    endpoint.failures := 0;
  ELSIF failed > 0 THEN
    endpoint.failing_since := coalesce(endpoint.failing_since, moment);
    endpoint.failures := endpoint.failures + 1;
    endpoint.rests_until := least(onceward.next_try(endpoint.failures, NULL),
                                  moment + interval '5 minutes');
  END IF;
  endpoint.last_failure := CASE WHEN failed > 0 THEN failure ELSE endpoint.last_failure END;
END $$;

-- The next events: first those that waited and are due, then those of the outbox, each in order.
-- Where `data` is missing, the event is not sent now and neither are those of its players behind
-- it. A full waiting room takes nothing new. `transaction`, `event`: where the range ends.
CREATE OR REPLACE FUNCTION onceward.next_sends(
  endpoint onceward.endpoints, below xid8, at_most integer)
RETURNS TABLE (events json, many integer, transaction xid8, event bigint)
LANGUAGE sql STABLE
BEGIN ATOMIC
  WITH waiting AS MATERIALIZED (
    SELECT w.*, w.next_try_at <= clock_timestamp() AS is_due,
           row_number() OVER (ORDER BY w.event) AS n
      FROM onceward.waiting_events w WHERE w.endpoint = endpoint.no),
  blocked AS MATERIALIZED (
    SELECT p.player, min(w.n) AS n
      FROM waiting AS w CROSS JOIN LATERAL (VALUES (w.player), (w.counterparty)) AS p(player)
     WHERE NOT w.is_due GROUP BY p.player),
  due AS MATERIALIZED (
    SELECT w.n FROM waiting AS w
     WHERE w.is_due AND NOT EXISTS (
       SELECT FROM blocked AS b WHERE b.player IN (w.player, w.counterparty) AND b.n < w.n)
     ORDER BY w.n LIMIT at_most),
  range AS MATERIALIZED (
    SELECT e.transaction, e.no, e.player, e.number FROM onceward.events_after(
             endpoint.transaction, endpoint.event, below,
             CASE WHEN (SELECT count(*) FROM waiting) >= 1000 THEN 0
                  ELSE at_most - (SELECT count(*)::integer FROM due) END) AS e),
  sends AS (
    SELECT w.transaction, w.event, w.player, w.counterparty, w.attempts + 1 AS attempt,
           CASE WHEN d.n IS NOT NULL THEN (
             SELECT onceward.event_json(w.transaction, w.event, c) FROM onceward.reward_claims c
              WHERE (c.player, c.number) = (w.player, w.number)) END AS data
      FROM waiting AS w LEFT JOIN due AS d ON d.n = w.n
    UNION ALL
    SELECT r.transaction, r.no, r.player, c.counterparty, 1,
           CASE WHEN NOT EXISTS (SELECT FROM blocked AS b
                                  WHERE b.player IN (r.player, c.counterparty))
                THEN onceward.event_json(r.transaction, r.no, c) END
      FROM range AS r JOIN onceward.actors a ON a.no = r.player AND a.kind = 1
      JOIN onceward.reward_claims c ON (c.player, c.number) = (r.player, r.number))
  SELECT coalesce(json_agg(json_build_object(
           'no', s.event::text, 'attempt', s.attempt,
           'players', CASE WHEN s.counterparty IS NULL THEN json_build_array(s.player)
                           ELSE json_build_array(s.player, s.counterparty) END, 'data', s.data)
           ORDER BY s.transaction, s.event), '[]'),
         (SELECT count(*)::integer FROM due) + (SELECT count(*)::integer FROM range),
         coalesce((SELECT r.transaction FROM range AS r
                    ORDER BY r.transaction DESC, r.no DESC LIMIT 1), endpoint.transaction),
         coalesce((SELECT r.no FROM range AS r ORDER BY r.transaction DESC, r.no DESC LIMIT 1),
                  endpoint.event)
    FROM sends AS s;
END;

-- One step of the sender `by_holder`. `sent`: what became of the events of its last step.
-- `at_most`: how many it wants next; 0: it ends. An endpoint that accepts nothing gets a few at a
-- time.
CREATE OR REPLACE FUNCTION onceward.step_endpoint(
  p_no bigint, by_holder uuid, sent jsonb, at_most integer)
RETURNS json LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_bitmapscan = off AS $$
DECLARE
  -- Before this transaction has an ID, which would be the oldest running one.
  below    CONSTANT xid8 := pg_snapshot_xmin(pg_current_snapshot());
  moment   CONSTANT timestamptz := clock_timestamp();
  endpoint onceward.endpoints;
  events   json;
  many     integer := 0;
  to_transaction xid8;
  to_event       bigint;
BEGIN
  SELECT * INTO endpoint FROM onceward.endpoints e WHERE e.no = p_no FOR NO KEY UPDATE;
  IF sent IS NOT NULL THEN
    IF endpoint.holder IS DISTINCT FROM by_holder THEN
      RETURN json_build_object('kind', 'lost');
    END IF;
    endpoint := onceward.record_sends(endpoint, sent, below);
  ELSIF endpoint.holder <> by_holder AND endpoint.held_until > moment THEN
    RETURN json_build_object('kind', 'busy');
  END IF;
  IF endpoint.state = 'enabled' AND at_most > 0 AND endpoint.rests_until <= clock_timestamp()
     AND NOT onceward.is_behind_the_outbox(endpoint) THEN
    SELECT * INTO events, many, to_transaction, to_event
      FROM onceward.next_sends(endpoint, below,
             least(at_most, CASE WHEN endpoint.failures > 0 THEN 8 ELSE 200 END));
  END IF;
  UPDATE onceward.endpoints e
     SET transaction = endpoint.transaction, event = endpoint.event,
         accepted = endpoint.accepted, accepted_at = endpoint.accepted_at,
         failures = endpoint.failures, failing_since = endpoint.failing_since,
         rests_until = endpoint.rests_until, last_failure = endpoint.last_failure,
         holder = CASE WHEN many > 0 THEN by_holder END,
         held_until = CASE WHEN many > 0 THEN moment + interval '45 seconds' END
   WHERE e.no = p_no;
  IF many = 0 THEN RETURN json_build_object('kind', 'idle'); END IF;
  RETURN json_build_object(
    'kind', 'events', 'url', endpoint.url, 'salt', encode(endpoint.salt, 'hex'),
    'generation', endpoint.generation,
    'overlaps', coalesce(endpoint.overlap_until > moment, false),
    'transaction', to_transaction, 'event', to_event::text, 'events', events);
END $$;
