-- Emission breakers: at most so much of a resource, or so many claims, in an hour of UTC. What
-- would exceed a bound is held back (76_hold.sql), or refused where something is paid for it. An
-- operation counts in the hour of its claim.

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

-- Whether no breaker counts what an operation gives: what is taken back, what a merge moves, what
-- an operator does, and what staff release (78_release.sql). Nor what is held for a frozen player.
CREATE OR REPLACE FUNCTION onceward.passes_breakers(op onceward.operation) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN (op).player IS NULL OR (op).source IN ('reversal', 'announcement', 'merge')
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
