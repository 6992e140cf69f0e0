-- Emission breakers: at most so much of a resource, or so many claims, in an hour of UTC. What
-- would exceed a bound is held back (76_hold.sql), or refused where something is paid for it. An
-- operation counts in the hour of its claim.
--
-- A bound has 64 stripes. An operation takes the first stripe that has room and that nobody holds,
-- its player's first, so it waits for nobody. Only where no such stripe has room is the whole bound
-- looked at: what is committed never falls within an hour, so if that leaves no room there is none;
-- otherwise all stripes are locked, and room is taken from several. Nothing is held back early.
--
-- Locks: after all others, and in the order of breakers. An operation that shares its call waits
-- for none of them (it is busy), as it may hold those of the operations before it.

-- What an operation gives of what a breaker counts. What milestones and draws give counts, and what
-- did not fit and is given as another resource; what time adds does not. A transfer mints nothing.
CREATE OR REPLACE FUNCTION onceward.emitted(
  breaker onceward.breakers, op onceward.operation, subject onceward.subject,
  verdict onceward.verdict)
RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  move  onceward.move;
  total numeric := 0;
BEGIN
  IF (subject.claim_type = ANY (breaker.claim_types)) IS FALSE
     OR breaker.per = 2 AND op.actor_kind <> 'server' THEN RETURN 0; END IF;
  IF breaker.resource IS NULL THEN RETURN op.units; END IF;
  FOREACH move IN ARRAY verdict.moves LOOP
    IF move.resource_no = breaker.resource AND move.cause IN (1, 2, 6) THEN
      total := total + move.delta;
    END IF;
  END LOOP;
  IF subject.other IS NOT NULL THEN
    total := total + coalesce((
      SELECT sum(m.delta) FROM unnest(verdict.other_moves) AS m
       WHERE m.resource_no = breaker.resource AND m.cause IN (1, 2, 6)), 0);
  END IF;
  RETURN least(greatest(total, 0), 9007199254740991);
END $$;

-- The part of a bound that a stripe has.
CREATE OR REPLACE FUNCTION onceward.share_of(bound bigint, stripe integer) RETURNS bigint
LANGUAGE sql IMMUTABLE
RETURN bound / 64 + CASE WHEN stripe < bound % 64 THEN 1 ELSE 0 END;

-- Takes it from one stripe that nobody holds; false: none has room, or there are none yet.
CREATE OR REPLACE FUNCTION onceward.take_of_stripe(INOUT one onceward.emission, OUT taken boolean)
LANGUAGE plpgsql AS $$
DECLARE
  nearest CONSTANT smallint := one.stripe;
BEGIN
  UPDATE onceward.breaker_counters k SET used = k.used + one.amount
   WHERE k.limit = one.limit_no AND k.subject = one.subject AND k.hour = one.hour
     AND k.stripe = (
       SELECT s.stripe FROM onceward.breaker_counters s
        WHERE s.limit = one.limit_no AND s.subject = one.subject AND s.hour = one.hour
          AND s.stripe = nearest AND s.used + one.amount <= onceward.share_of(one.bound, s.stripe)
          FOR NO KEY UPDATE SKIP LOCKED);
  taken := FOUND;
  IF taken THEN RETURN; END IF;
  UPDATE onceward.breaker_counters k SET used = k.used + one.amount
   WHERE k.limit = one.limit_no AND k.subject = one.subject AND k.hour = one.hour
     AND k.stripe = (
       SELECT s.stripe FROM onceward.breaker_counters s
        WHERE s.limit = one.limit_no AND s.subject = one.subject AND s.hour = one.hour
          AND s.used + one.amount <= onceward.share_of(one.bound, s.stripe)
        ORDER BY (s.stripe - nearest) & 63 LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
  RETURNING k.stripe INTO one.stripe;
  taken := FOUND;
END $$;

-- The same, and holds no stripe where it took nothing: a stripe that another transaction used up a
-- moment ago would stay locked, and two that then lock all stripes would wait for each other. A
-- subtransaction lets it go; where its stripe has plenty of room, none is needed.
CREATE OR REPLACE FUNCTION onceward.try_stripe(INOUT one onceward.emission, OUT taken boolean)
LANGUAGE plpgsql AS $$
DECLARE
  step record;
BEGIN
  IF (SELECT c.used::numeric + 8 * one.amount::numeric <= onceward.share_of(one.bound, c.stripe)
        FROM onceward.breaker_counters c
       WHERE c.limit = one.limit_no AND c.subject = one.subject AND c.hour = one.hour
         AND c.stripe = one.stripe) THEN
    step := onceward.take_of_stripe(one);
    one := step.one;
    taken := step.taken;
    RETURN;
  END IF;
  BEGIN
    step := onceward.take_of_stripe(one);
    IF NOT step.taken THEN RAISE EXCEPTION 'let go' USING ERRCODE = 'OW002'; END IF;
    one := step.one;
    taken := true;
  EXCEPTION WHEN SQLSTATE 'OW002' THEN
    taken := false;
  END;
END $$;

-- Locks a key until the transaction ends; false: another transaction holds it, and this one may not
-- wait.
CREATE OR REPLACE FUNCTION onceward.lock_key(key text, waits boolean) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT waits THEN RETURN pg_try_advisory_xact_lock(hashtextextended(key, 7)); END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(key, 7));
  RETURN true;
END $$;

-- Makes the stripes of an hour, and deletes those that are older than two days; false: they cannot
-- be made now.
CREATE OR REPLACE FUNCTION onceward.make_stripes(one onceward.emission, waits boolean)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF NOT onceward.lock_key(format('breaker %s %s %s', one.limit_no, one.subject, one.hour), waits)
  THEN RETURN false; END IF;
  INSERT INTO onceward.breaker_counters ("limit", subject, hour, stripe)
  SELECT one.limit_no, one.subject, one.hour, s.no FROM generate_series(0, 63) AS s(no)
  ON CONFLICT DO NOTHING;
  DELETE FROM onceward.breaker_counters c
   WHERE c.limit = one.limit_no AND c.subject = one.subject
     AND c.hour < one.hour - interval '2 days';
  RETURN true;
END $$;

-- Takes it from as many stripes as it needs, all of which are locked. `parts`: from each, how much.
CREATE OR REPLACE FUNCTION onceward.take_of_all(one onceward.emission)
RETURNS onceward.emission[] LANGUAGE sql VOLATILE
BEGIN ATOMIC
  WITH room AS (
    SELECT k.stripe, k.free, sum(k.free) OVER (ORDER BY k.stripe) - k.free AS before
      FROM (SELECT c.stripe, greatest(onceward.share_of(one.bound, c.stripe) - c.used, 0) AS free
              FROM onceward.breaker_counters c
             WHERE c.limit = one.limit_no AND c.subject = one.subject AND c.hour = one.hour) AS k),
  parts AS (
    SELECT r.stripe, least(r.free, one.amount - r.before)::bigint AS amount
      FROM room AS r WHERE r.free > 0 AND r.before < one.amount),
  taken AS (
    UPDATE onceward.breaker_counters c SET used = c.used + p.amount FROM parts AS p
     WHERE c.limit = one.limit_no AND c.subject = one.subject AND c.hour = one.hour
       AND c.stripe = p.stripe
    RETURNING c.stripe, p.amount)
  SELECT array_agg(ROW(one.limit_no, one.subject, one.hour, t.amount, one.bound,
                       t.stripe)::onceward.emission) FROM taken AS t;
END;

CREATE OR REPLACE FUNCTION onceward.emitted_in(
  of_limit smallint, of_subject bigint, of_hour timestamptz, OUT used bigint, OUT stripes bigint)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT coalesce(sum(c.used), 0)::bigint, count(*) FROM onceward.breaker_counters c
   WHERE c.limit = of_limit AND c.subject = of_subject AND c.hour = of_hour;
END;

-- Takes it from what is left of its bound. `outcome`: `taken`, with its parts; `full`; or `busy`.
CREATE OR REPLACE FUNCTION onceward.take_emission(
  one onceward.emission, waits boolean, OUT parts onceward.emission[], OUT outcome text)
LANGUAGE plpgsql AS $$
DECLARE
  step   record := onceward.try_stripe(one);
  found  record;
  locked bigint;
BEGIN
  outcome := 'taken';
  parts := ARRAY[step.one];
  IF step.taken THEN RETURN; END IF;
  outcome := 'full';
  found := onceward.emitted_in(one.limit_no, one.subject, one.hour);
  IF found.used + one.amount > one.bound THEN RETURN; END IF;
  outcome := 'busy';
  IF found.stripes = 0 AND NOT onceward.make_stripes(one, waits) THEN RETURN; END IF;
  IF waits THEN
    PERFORM FROM onceward.breaker_counters c
      WHERE c.limit = one.limit_no AND c.subject = one.subject AND c.hour = one.hour
      ORDER BY c.stripe FOR NO KEY UPDATE;
  ELSE
    SELECT count(*) INTO locked FROM (
      SELECT FROM onceward.breaker_counters c
       WHERE c.limit = one.limit_no AND c.subject = one.subject AND c.hour = one.hour
       ORDER BY c.stripe FOR NO KEY UPDATE SKIP LOCKED) AS held;
    IF locked < 64 THEN RETURN; END IF;
  END IF;
  outcome := 'full';
  found := onceward.emitted_in(one.limit_no, one.subject, one.hour);
  IF found.used + one.amount > one.bound THEN RETURN; END IF;
  outcome := 'taken';
  parts := onceward.take_of_all(one);
END $$;

-- The name of a breaker, with the server or the config version that it counts.
CREATE OR REPLACE FUNCTION onceward.breaker_subject(per smallint, of_limit smallint, whose bigint)
RETURNS text LANGUAGE sql STABLE
RETURN substr(onceward.name_of(4, of_limit), 9) || CASE per
  WHEN 2 THEN (SELECT ' of server ' || a.id FROM onceward.actors a WHERE a.no = whose)
  WHEN 3 THEN ' of version ' || whose ELSE '' END;

-- Records the first time in an hour that a bound held something back, and raises an alarm. Who
-- finds another transaction doing so leaves it to that.
CREATE OR REPLACE FUNCTION onceward.trip_breaker(
  one onceward.emission, per smallint, context onceward.context)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM onceward.breaker_trips t
              WHERE t.limit = one.limit_no AND t.subject = one.subject AND t.hour = one.hour)
     OR NOT onceward.lock_key(format('trip %s %s %s', one.limit_no, one.subject, one.hour), false)
  THEN RETURN; END IF;
  INSERT INTO onceward.breaker_trips ("limit", subject, hour, tripped_at, bound, config_version)
  VALUES (one.limit_no, one.subject, one.hour, context.at, one.bound, context.version)
  ON CONFLICT DO NOTHING;
  PERFORM onceward.raise_alarm(
    'breaker', onceward.breaker_subject(per, one.limit_no, one.subject), jsonb_build_object(
      'hour', onceward.iso(one.hour), 'bound', one.bound, 'configVersion', context.version));
END $$;

-- Whether no breaker counts what an operation gives: what is taken back, what an operator does, and
-- what staff release (78_release.sql). Nor what is held for a frozen player.
CREATE OR REPLACE FUNCTION onceward.passes_breakers(op onceward.operation) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN (op).player IS NULL OR (op).source IN ('reversal', 'announcement')
    OR (op).actor_kind = 'operator' OR (op).permission = 'breaker:release';

-- Counts what an operation gives towards all breakers, or towards none of them. `held_by`: the
-- first one whose bound it would exceed; null: none.
CREATE OR REPLACE FUNCTION onceward.count_emission(
  op onceward.operation, subject onceward.subject, state onceward.state,
  verdict onceward.verdict, context onceward.context, waits boolean,
  OUT held_by smallint, OUT is_busy boolean)
LANGUAGE plpgsql AS $$
DECLARE
  breaker onceward.breakers;
  one     onceward.emission;
  parts   onceward.emission[] := '{}';
  step    record;
BEGIN
  one.hour := date_trunc('hour', state.at, 'UTC');
  FOREACH breaker IN ARRAY context.breakers LOOP
    one.amount := onceward.emitted(breaker, op, subject, verdict);
    CONTINUE WHEN one.amount = 0;
    one.limit_no := breaker.limit;
    one.bound := breaker.bound;
    one.subject := CASE breaker.per WHEN 1 THEN 0 WHEN 2 THEN subject.actor
                                    ELSE context.version END;
    one.stripe := subject.player % 64;
    step := onceward.take_emission(one, waits);
    IF step.outcome = 'taken' THEN
      parts := parts || step.parts;
      CONTINUE;
    END IF;
    FOREACH one IN ARRAY parts LOOP
      UPDATE onceward.breaker_counters c SET used = c.used - one.amount
       WHERE c.limit = one.limit_no AND c.subject = one.subject AND c.hour = one.hour
         AND c.stripe = one.stripe;
    END LOOP;
    is_busy := step.outcome = 'busy';
    IF is_busy THEN RETURN; END IF;
    held_by := breaker.limit;
    one.limit_no := breaker.limit;
    one.bound := breaker.bound;
    one.subject := CASE breaker.per WHEN 1 THEN 0 WHEN 2 THEN subject.actor
                                    ELSE context.version END;
    PERFORM onceward.trip_breaker(one, breaker.per, context);
    RETURN;
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION onceward.emission_paused(moment timestamptz) RETURNS json
LANGUAGE sql STABLE
RETURN json_build_object('kind', 'emission_paused', 'retryAt', onceward.iso(
  date_trunc('hour', moment, 'UTC') + interval '1 hour'));

-- What becomes of an operation that was judged as granted: a breaker may hold back what it gives.
CREATE OR REPLACE FUNCTION onceward.withhold(
  op onceward.operation, subject onceward.subject, state onceward.state,
  rules onceward.regeneration_rules[], context onceward.context,
  INOUT verdict onceward.verdict, waits boolean, OUT is_busy boolean)
LANGUAGE plpgsql AS $$
DECLARE
  step record;
BEGIN
  IF onceward.passes_breakers(op) OR NOT verdict.hold IS NULL THEN RETURN; END IF;
  step := onceward.count_emission(op, subject, state, verdict, context, waits);
  is_busy := step.is_busy;
  IF step.held_by IS NOT NULL THEN
    verdict := onceward.hold_back(op, subject, state, rules, context, verdict, 5, step.held_by,
                                  onceward.emission_paused(state.at));
  END IF;
END $$;

-- What a version allows to be given in an hour. What was counted belongs to the name of a breaker:
-- it counts under the next version, too.
CREATE OR REPLACE FUNCTION onceward.publish_breakers(p_version integer, given jsonb) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  INSERT INTO onceward.breakers (config_version, "limit", bound, resource, claim_types, per)
  SELECT p_version, onceward.number_of(4, b."limit"), b.bound, onceward.number_of(1, b.resource),
         CASE WHEN b.claim_types IS NOT NULL THEN ARRAY(
           SELECT onceward.number_of(2, t.name) FROM unnest(b.claim_types) AS t(name)) END, b.per
    FROM jsonb_to_recordset(given)
      AS b("limit" text, bound bigint, resource text, claim_types text[], per smallint);
END;
