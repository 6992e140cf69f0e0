-- How long the outbox keeps events, and what becomes of endpoints that do not take them: the
-- Worker's scheduled handler calls keep_events. The outbox keeps events for
-- `settings.event_retention_days`, and waits longer for enabled endpoints and sinks, up to
-- `settings.event_hold_days`. Then it waits for them no more: an endpoint is suspended, and staff
-- say from where it goes on.

-- Where the slowest reader is that the outbox waits for; null: nobody reads.
CREATE OR REPLACE FUNCTION onceward.slowest_reader() RETURNS xid8
LANGUAGE sql STABLE
RETURN (
  SELECT r.transaction FROM (
    SELECT e.transaction FROM onceward.endpoints e WHERE e.state = 'enabled'
    UNION ALL
    SELECT s.transaction FROM onceward.event_readers s
     WHERE s.advanced_at > clock_timestamp() - make_interval(
       days => (SELECT g.event_hold_days FROM onceward.settings g))) AS r
   ORDER BY r.transaction LIMIT 1);

-- Remembers which events are older than this moment, every ten minutes. The moment is after the
-- snapshot that `below` is of. Marks of events that were removed go.
CREATE OR REPLACE FUNCTION onceward.mark_time(below xid8) RETURNS void
LANGUAGE sql VOLATILE
BEGIN ATOMIC
  INSERT INTO onceward.event_marks (at, below)
  SELECT clock_timestamp(), mark_time.below
   WHERE NOT EXISTS (SELECT FROM onceward.event_marks m
                      WHERE m.at > statement_timestamp() - interval '10 minutes')
  ON CONFLICT DO NOTHING;
  DELETE FROM onceward.event_marks m
   USING onceward.outbox_state s WHERE m.below <= s.removed_transaction;
END;

-- Suspends endpoints for which the outbox waits no more, and raises or clears the alarms of all.
CREATE OR REPLACE FUNCTION onceward.watch_endpoints() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  hold_days CONSTANT integer := (SELECT s.event_hold_days FROM onceward.settings s);
  moment    CONSTANT timestamptz := clock_timestamp();
  endpoint  onceward.endpoints;
  next_at   timestamptz;
  subject   text;
BEGIN
  FOR endpoint IN SELECT * FROM onceward.endpoints e ORDER BY e.no FOR NO KEY UPDATE LOOP
    subject := 'endpoint ' || endpoint.no;
    next_at := onceward.next_event_at(endpoint);
    IF endpoint.state = 'enabled' AND (onceward.is_behind_the_outbox(endpoint)
         OR next_at < moment - make_interval(days => hold_days)) THEN
      UPDATE onceward.endpoints e
         SET state = 'suspended', holder = NULL, held_until = NULL, changed_at = moment
       WHERE e.no = endpoint.no;
      endpoint.state := 'suspended';
    END IF;
    IF endpoint.state = 'suspended' OR endpoint.state = 'enabled'
       AND endpoint.failing_since < moment - interval '15 minutes' THEN
      PERFORM onceward.raise_alarm('endpoint_failing', endpoint.no::text, jsonb_build_object(
        'state', endpoint.state, 'lastFailure', endpoint.last_failure,
        'failingSince', onceward.shown_time(endpoint.failing_since)));
    ELSE
      PERFORM onceward.clear_alarm('endpoint_failing', endpoint.no::text);
    END IF;
    IF endpoint.state = 'enabled' AND next_at < moment - interval '1 hour' THEN
      PERFORM onceward.raise_alarm('outbox_lag', subject, jsonb_build_object(
        'nextAt', onceward.shown_time(next_at), 'suspendedAfterDays', hold_days));
    ELSE
      PERFORM onceward.clear_alarm('outbox_lag', subject);
    END IF;
  END LOOP;
END $$;

-- Removes old rows of the send log and of the dead letters, in chunks.
CREATE OR REPLACE FUNCTION onceward.trim_sends() RETURNS void
LANGUAGE sql VOLATILE
BEGIN ATOMIC
  DELETE FROM onceward.event_sends s
   WHERE (s.endpoint, s.no) IN (
     SELECT o.endpoint, o.no FROM onceward.event_sends o
      WHERE o.sent_at < clock_timestamp() - interval '14 days' ORDER BY o.sent_at LIMIT 20000);
  DELETE FROM onceward.dead_letters d
   WHERE (d.endpoint, d.event) IN (
     SELECT o.endpoint, o.event FROM onceward.dead_letters o
      WHERE o.died_at < clock_timestamp() - interval '30 days' ORDER BY o.died_at LIMIT 20000);
END;

-- What the schedule does each minute. Returns whether the outbox was rotated. A rotation removes
-- what was written before the one before it, so with two of them in each retention every event is
-- kept for at least that long, and at most for one and a half times of it.
CREATE OR REPLACE FUNCTION onceward.keep_events() RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  -- Before this transaction has an ID, which would be the oldest running one.
  below   CONSTANT xid8 := pg_snapshot_xmin(pg_current_snapshot());
  rotated boolean := false;
BEGIN
  PERFORM FROM onceward.outbox_state FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM onceward.mark_time(below);
  PERFORM onceward.watch_endpoints();
  PERFORM onceward.trim_sends();
  IF (SELECT o.rotated_at <= clock_timestamp()
             - make_interval(days => s.event_retention_days) / 2
        FROM onceward.outbox_state o, onceward.settings s) THEN
    -- Last: from here on the transaction holds a lock on a part of the outbox.
    rotated := onceward.rotate_outbox(least(below, onceward.slowest_reader()));
    UPDATE onceward.outbox_state SET rotated_at = clock_timestamp() WHERE rotated;
  END IF;
  RETURN rotated;
END $$;
