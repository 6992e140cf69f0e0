-- Alarms, and what the schedule reports of its jobs. An alarm has one open row for its kind and
-- subject; src/domain/alarms.ts lists the kinds. The Worker logs each alarm once when it is raised
-- and once when it is cleared.

-- Raises an alarm, or counts that it was seen again. Returns whether it was not open before. It may
-- be called in the transaction of an operation: an alarm that was seen within ten seconds is
-- neither locked nor written. `detail`: a flat object without secrets and rows.
CREATE OR REPLACE FUNCTION onceward.raise_alarm(kind text, subject text, detail jsonb)
RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
  moment CONSTANT timestamptz := clock_timestamp();
  raised boolean;
BEGIN
  IF EXISTS (SELECT FROM onceward.alarms a
              WHERE (a.kind, a.subject) = (raise_alarm.kind, raise_alarm.subject)
                AND a.cleared_at IS NULL AND a.last_seen_at > moment - interval '10 seconds') THEN
    RETURN false;
  END IF;
  INSERT INTO onceward.alarms AS a (raised_at, last_seen_at, kind, subject, detail)
  VALUES (moment, moment, raise_alarm.kind, raise_alarm.subject, coalesce(raise_alarm.detail, '{}'))
  ON CONFLICT (kind, subject) WHERE cleared_at IS NULL DO UPDATE
    SET last_seen_at = greatest(a.last_seen_at, moment), times = a.times + 1,
        detail = excluded.detail
  RETURNING a.times = 1 INTO raised;
  RETURN raised;
END $$;

-- Clears an alarm. Returns whether it was open.
CREATE OR REPLACE FUNCTION onceward.clear_alarm(kind text, subject text) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
  UPDATE onceward.alarms a SET cleared_at = clock_timestamp()
   WHERE (a.kind, a.subject) = (clear_alarm.kind, clear_alarm.subject) AND a.cleared_at IS NULL;
  RETURN FOUND;
END $$;

-- As the API and the log show it. Players are named by their current IDs.
CREATE OR REPLACE FUNCTION onceward.alarm_json(alarm bigint) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'id', a.no, 'kind', a.kind, 'subject', a.subject, 'times', a.times,
           'raisedAt', onceward.shown_time(a.raised_at),
           'lastSeenAt', onceward.shown_time(a.last_seen_at),
           'clearedAt', onceward.shown_time(a.cleared_at), 'detail', a.detail - 'players',
           'acknowledged', CASE WHEN a.acknowledged_at IS NOT NULL THEN json_build_object(
             'by', (SELECT s.id FROM onceward.actors s WHERE s.no = a.acknowledged_by),
             'at', onceward.shown_time(a.acknowledged_at), 'note', a.note) END,
           'playerIds', ARRAY(
             SELECT p.id
               FROM jsonb_array_elements(a.detail->'players') WITH ORDINALITY AS e(no, place)
               JOIN onceward.actors p ON p.no = e.no::bigint ORDER BY e.place))
    FROM onceward.alarms a WHERE a.no = alarm);

-- Staff say that they have seen an open alarm: an action (40_actions.sql).
CREATE OR REPLACE FUNCTION onceward.judge_alarm(action jsonb) RETURNS json
LANGUAGE sql STABLE
RETURN CASE WHEN NOT EXISTS (
    SELECT FROM onceward.alarms a
     WHERE a.no = (action->>'alarmId')::bigint AND a.cleared_at IS NULL)
  THEN json_build_object('kind', 'unknown_record', 'record', 'open alarm',
                         'id', (action->>'alarmId')::bigint) END;

-- The alarm is locked after its staff member, as where an operation of theirs raises one.
CREATE OR REPLACE FUNCTION onceward.acknowledge_alarm(action jsonb, by_actor bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE onceward.alarms a
     SET acknowledged_by = by_actor, note = action->>'note',
         acknowledged_at = date_trunc('milliseconds', clock_timestamp())
   WHERE a.no = (action->>'alarmId')::bigint AND a.cleared_at IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the alarm was cleared just now' USING ERRCODE = 'serialization_failure';
  END IF;
END $$;

-- Records how the jobs of a run ended: one that failed three times in succession raises an alarm,
-- which its next success clears.
CREATE OR REPLACE FUNCTION onceward.report_jobs(succeeded text[], failed text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  most_failures CONSTANT integer := 3;
  moment        CONSTANT timestamptz := clock_timestamp();
BEGIN
  INSERT INTO onceward.scheduled_jobs AS j (name, succeeded_at, failed_at, failures)
  SELECT n.name, CASE WHEN NOT n.failed THEN moment END, CASE WHEN n.failed THEN moment END,
         n.failed::integer
    FROM (SELECT unnest(succeeded) AS name, false AS failed
          UNION SELECT unnest(report_jobs.failed), true ORDER BY 1) AS n
  ON CONFLICT (name) DO UPDATE
    SET succeeded_at = coalesce(excluded.succeeded_at, j.succeeded_at),
        failed_at = coalesce(excluded.failed_at, j.failed_at),
        failures = CASE WHEN excluded.failures = 0 THEN 0 ELSE j.failures + 1 END;
  PERFORM onceward.raise_alarm('job_failing', j.name, jsonb_build_object(
            'failures', j.failures, 'lastSuccess', onceward.shown_time(j.succeeded_at)))
     FROM onceward.scheduled_jobs j
    WHERE j.name = ANY (report_jobs.failed) AND j.failures >= most_failures;
  PERFORM onceward.clear_alarm('job_failing', name) FROM unnest(succeeded) AS name;
END $$;

-- The alarms that the log does not have yet, oldest first: `raised` or `cleared`.
CREATE OR REPLACE FUNCTION onceward.alarms_to_log(at_most integer) RETURNS SETOF json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_build_object('what', CASE a.logged WHEN 'nothing' THEN 'raised' ELSE 'cleared' END,
                           'alarm', onceward.alarm_json(a.no))
    FROM onceward.alarms a
   WHERE a.logged = 'nothing' OR a.logged = 'raised' AND a.cleared_at IS NOT NULL
   ORDER BY a.no LIMIT least(at_most, 1000);
END;

-- Records that the log has them. An alarm whose clearing is in the log is not logged again.
CREATE OR REPLACE FUNCTION onceward.mark_logged(raised bigint[], cleared bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE onceward.alarms a SET logged = 'raised' WHERE a.no = ANY (raised) AND a.logged = 'nothing';
  UPDATE onceward.alarms a SET logged = 'cleared'
   WHERE a.no = ANY (cleared) AND a.logged = 'raised' AND a.cleared_at IS NOT NULL;
END $$;
