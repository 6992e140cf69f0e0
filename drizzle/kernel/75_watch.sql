-- Watches the ledger: verifies a slice of it each night, and measures each minute what waits too
-- long. What it finds raises alarms (74_alarms.sql), and clears them when it is over. The Worker's
-- schedule calls these functions. They repair nothing.

-- Raises the alarm `drift`, or adds to it. A player is listed once.
CREATE OR REPLACE FUNCTION onceward.raise_drift(
  subject text, faults bigint, invariants text[], players bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  earlier CONSTANT jsonb := (
    SELECT a.detail FROM onceward.alarms a
     WHERE (a.kind, a.subject) = ('drift', raise_drift.subject) AND a.cleared_at IS NULL);
  listed  CONSTANT bigint[] := ARRAY(
    SELECT e.no::bigint FROM jsonb_array_elements(earlier->'players') AS e(no));
  merged  CONSTANT jsonb := jsonb_build_object(
    'faults', faults,
    'invariants', (SELECT string_agg(DISTINCT i.name, ', ' ORDER BY i.name)
                     FROM unnest(invariants || string_to_array(earlier->>'invariants', ', '))
                       AS i(name)),
    'players', listed || ARRAY(SELECT unnest(players) EXCEPT SELECT unnest(listed) ORDER BY 1));
BEGIN
  PERFORM onceward.raise_alarm('drift', raise_drift.subject, merged);
  -- raise_alarm leaves an alarm that was seen a moment ago as it is.
  UPDATE onceward.alarms a SET detail = merged, last_seen_at = clock_timestamp()
   WHERE (a.kind, a.subject) = ('drift', raise_drift.subject) AND a.cleared_at IS NULL;
END $$;

-- One caller at a time. Unlike a row lock this takes no transaction ID, so a verification that
-- takes long holds no reader of the outbox back.
CREATE OR REPLACE FUNCTION onceward.is_alone(job text) RETURNS boolean LANGUAGE sql VOLATILE
RETURN pg_try_advisory_xact_lock(hashtextextended('onceward.' || job, 0));

-- Verifies the next players and returns how many. With fewer than `at_most` the round has ended, or
-- verifying waits: the alarm lists at most 100 players, and one that would be left out is verified
-- again once the others are repaired.
CREATE OR REPLACE FUNCTION onceward.verify_players(at_most integer DEFAULT 100) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
  many     CONSTANT integer := least(greatest(at_most, 1), 1000);
  moment   CONSTANT timestamptz := clock_timestamp();
  walk     onceward.integrity_walk;
  room     integer;
  high     bigint;
  checked  integer;
  found    bigint;
  names    text[];
  drifting bigint[];
BEGIN
  IF NOT onceward.is_alone('verify_players') THEN RETURN 0; END IF;
  SELECT * INTO walk FROM onceward.integrity_walk;
  room := 100 - coalesce((
    SELECT jsonb_array_length(a.detail->'players') FROM onceward.alarms a
     WHERE (a.kind, a.subject) = ('drift', 'players') AND a.cleared_at IS NULL), 0);
  IF room <= 0 THEN RETURN 0; END IF;
  walk.player := coalesce(walk.player, 0);
  walk.round_began_at := coalesce(walk.round_began_at, moment);
  SELECT count(*), max(p.no) INTO checked, high
    FROM (SELECT a.no FROM onceward.actors a WHERE a.no > walk.player AND a.kind = 1
           ORDER BY a.no LIMIT many) AS p;
  -- The last slice takes in every higher number.
  IF checked < many THEN high := 9223372036854775807; END IF;
  SELECT count(*), array_agg(DISTINCT f.invariant), coalesce(array_agg(DISTINCT f.player), '{}')
    INTO found, names, drifting FROM onceward.integrity_of_players(walk.player, high) AS f;
  IF found > 0 THEN
    PERFORM onceward.raise_drift('players', found, names, drifting[1:room]);
    IF cardinality(drifting) > room THEN RETURN 0; END IF;
  END IF;
  walk.player := high;
  IF checked < many THEN
    walk.player := 0;
    walk.verified_since := walk.round_began_at;
    walk.round_began_at := moment;
  END IF;
  INSERT INTO onceward.integrity_walk AS w (one, player, round_began_at, verified_since)
  VALUES (1, walk.player, walk.round_began_at, walk.verified_since)
  ON CONFLICT (one) DO UPDATE
    SET player = excluded.player, round_began_at = excluded.round_began_at,
        verified_since = excluded.verified_since;
  RETURN checked;
END $$;

-- Verifies the first players that the alarm lists again, and returns how many they were. Those that
-- are still faulty go to the end of the list. The last one that is repaired clears the alarm.
CREATE OR REPLACE FUNCTION onceward.recheck_drift(at_most integer DEFAULT 10) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
  many     CONSTANT integer := least(greatest(at_most, 1), 100);
  listed   bigint[];
  faulty   bigint[];
  repaired boolean;
BEGIN
  IF NOT onceward.is_alone('recheck_drift') THEN RETURN 0; END IF;
  SELECT ARRAY(SELECT e.no::bigint FROM jsonb_array_elements(a.detail->'players')
                 WITH ORDINALITY AS e(no, place) ORDER BY e.place)
    INTO listed FROM onceward.alarms a
   WHERE (a.kind, a.subject) = ('drift', 'players') AND a.cleared_at IS NULL;
  IF NOT FOUND THEN RETURN 0; END IF;
  faulty := ARRAY(SELECT p.no FROM unnest(listed[1:many]) AS p(no)
                   WHERE EXISTS (SELECT FROM onceward.integrity_of_players(p.no - 1, p.no)));
  -- By what the alarm lists now: verify_players may have added to it.
  UPDATE onceward.alarms a
     SET detail = a.detail || jsonb_build_object('players', ARRAY(
           SELECT e.no::bigint FROM jsonb_array_elements(a.detail->'players')
                    WITH ORDINALITY AS e(no, place)
            WHERE e.no::bigint = ANY (faulty) OR e.no::bigint <> ALL (listed[1:many])
            ORDER BY e.no::bigint = ANY (faulty), e.place)),
         last_seen_at = CASE WHEN cardinality(faulty) > 0 THEN clock_timestamp()
                             ELSE a.last_seen_at END
   WHERE (a.kind, a.subject) = ('drift', 'players') AND a.cleared_at IS NULL
  RETURNING jsonb_array_length(a.detail->'players') = 0 INTO repaired;
  IF repaired THEN PERFORM onceward.clear_alarm('drift', 'players'); END IF;
  RETURN least(cardinality(listed), many);
END $$;

-- Raises or clears the alarm `drift` of what was verified as a whole.
CREATE OR REPLACE FUNCTION onceward.report_drift(subject text, faults bigint, invariants text[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF faults > 0 THEN PERFORM onceward.raise_drift(subject, faults, invariants, '{}');
  ELSE PERFORM onceward.clear_alarm('drift', subject);
  END IF;
END $$;

-- Verifies what belongs to no player.
CREATE OR REPLACE FUNCTION onceward.verify_game() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM onceward.report_drift('game', count(*), array_agg(DISTINCT f.invariant))
     FROM onceward.integrity_of_game() AS f;
END $$;

-- Verifies in which bucket of the economy's distribution each balance is.
CREATE OR REPLACE FUNCTION onceward.verify_distribution() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT (SELECT s.outbox FROM onceward.settings s) THEN RETURN; END IF;
  PERFORM onceward.report_drift('distribution', count(*), array_agg(DISTINCT f.invariant))
     FROM onceward.integrity_of_buckets() AS f;
END $$;

-- Verifies the sums of the economy of a day and returns it; null: there is none. `which`:
-- `drifting` is the day that the alarm names, which it clears; `newest` is yesterday; `next` is the
-- one after the last `next`, and after today the first. A BRIN index finds the claims of a day.
CREATE OR REPLACE FUNCTION onceward.verify_day(which text) RETURNS date
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_bitmapscan = on AS $$
DECLARE
  today  CONSTANT date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
  first  CONSTANT date := (SELECT min(t.day) FROM onceward.economy_claims t);
  named  CONSTANT date := (
    SELECT (a.detail->>'day')::date FROM onceward.alarms a
     WHERE (a.kind, a.subject) = ('drift', 'economy') AND a.cleared_at IS NULL);
  of_day date;
  faults bigint;
BEGIN
  IF first IS NULL OR NOT (SELECT s.outbox FROM onceward.settings s) THEN RETURN NULL; END IF;
  of_day := CASE which
    WHEN 'drifting' THEN named
    WHEN 'newest' THEN greatest(today - 1, first)
    ELSE (SELECT w.day + 1 FROM onceward.integrity_walk w WHERE w.day < today) END;
  IF which = 'next' THEN
    of_day := coalesce(of_day, first);
    INSERT INTO onceward.integrity_walk AS w (one, round_began_at, day)
    VALUES (1, clock_timestamp(), of_day) ON CONFLICT (one) DO UPDATE SET day = excluded.day;
  END IF;
  SELECT count(*) INTO faults FROM onceward.integrity_of_economy(of_day);
  IF faults > 0 THEN
    PERFORM onceward.raise_alarm('drift', 'economy', jsonb_build_object(
      'day', coalesce(named, of_day), 'faults', faults, 'invariants', 'I17'));
  ELSIF of_day = named THEN
    PERFORM onceward.clear_alarm('drift', 'economy');
  END IF;
  RETURN of_day;
END $$;

-- How many seconds ago the claim of the oldest event behind this position was made: 0 where there
-- is none.
CREATE OR REPLACE FUNCTION onceward.event_lag(after_transaction xid8, after_event bigint)
RETURNS integer LANGUAGE sql STABLE
RETURN coalesce((
  SELECT extract(epoch FROM clock_timestamp() - c.claimed_at)::integer
    FROM onceward.events_after(after_transaction, after_event, '18446744073709551615', 1) AS e
    JOIN onceward.reward_claims c ON (c.player, c.number) = (e.player, e.number)), 0);

-- Raises an alarm where there is a detail, and clears it where there is none.
CREATE OR REPLACE FUNCTION onceward.set_alarm(kind text, subject text, detail jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF detail IS NULL THEN PERFORM onceward.clear_alarm(kind, subject);
  ELSE PERFORM onceward.raise_alarm(kind, subject, detail);
  END IF;
END $$;

-- Measures what waits, raises and clears the alarms that follow from it, and returns the gauges.
CREATE OR REPLACE FUNCTION onceward.watch_ledger() RETURNS json
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
  moment   CONSTANT timestamptz := clock_timestamp();
  lag      CONSTANT integer := (
    SELECT onceward.event_lag(r.transaction, r.event) FROM onceward.economy_roll_up r);
  -- Days of refusals and seconds of rewards that are overdue.
  refusals CONSTANT integer := coalesce((
    SELECT (moment AT TIME ZONE 'UTC')::date - min(r.expires_on) - 1 FROM onceward.refusals r
     WHERE r.expires_on < (moment AT TIME ZONE 'UTC')::date), 0);
  rewards  CONSTANT integer := coalesce((
    SELECT extract(epoch FROM moment - min(w.expires_at))::integer FROM onceward.pending_rewards w
     WHERE w.expires_at <= moment), 0);
  verified integer;
BEGIN
  INSERT INTO onceward.integrity_walk (one, round_began_at) VALUES (1, moment)
  ON CONFLICT (one) DO NOTHING;
  SELECT extract(epoch FROM moment - coalesce(w.verified_since, w.round_began_at)) / 86400
    INTO verified FROM onceward.integrity_walk w;
  PERFORM onceward.set_alarm('outbox_lag', 'economy', CASE WHEN lag > 600
    THEN jsonb_build_object('seconds', lag) END);
  PERFORM onceward.set_alarm('retention', 'refusals', CASE WHEN refusals >= 1
    THEN jsonb_build_object('days', refusals) END);
  PERFORM onceward.set_alarm('retention', 'pending_rewards', CASE WHEN rewards > 3600
    THEN jsonb_build_object('seconds', rewards) END);
  PERFORM onceward.set_alarm('unverified', 'players', CASE WHEN verified > 30
    THEN jsonb_build_object('days', verified) END);
  RETURN json_build_object(
    'outboxLagSeconds', lag, 'refusalsOverdueDays', refusals, 'rewardsOverdueSeconds', rewards,
    'verifiedDaysAgo', verified,
    'openAlarms', (SELECT coalesce(json_object_agg(o.kind, o.alarms), '{}')
                     FROM (SELECT a.kind, count(*) AS alarms FROM onceward.alarms a
                            WHERE a.cleared_at IS NULL GROUP BY a.kind) AS o));
END $$;
