-- Publishes balance configs: names, milestones, regeneration rules and limits of the game become
-- rows that the kernel reads. For the owner; for staff by 55_configs.sql. src/config/publication.ts
-- derives `effects` from a config.
--
--   effects  {names: {resource: [..], claim_type: [..], limit: [..]},
--             milestones: [{resource, paid_resource, thresholds, grants}],
--             regeneration: [{resource, every_seconds, amount, opening_base, opening_per_unit,
--                             opening_of, cap_base, cap_per_unit, cap_of}],
--             game_limits: [{limit, period, since, claim_types, resource, bound, stripes}],
--             staff: {reward_limit, daily_budget, awards_per_day,
--                     values: [{resource, value, per_reward, per_day}]},
--             servers: {reward_limit, daily_budget} or null, corrects: resource or null,
--             takes: [{resource, per_call, per_day}],
--             breakers: [{limit, bound, resource, claim_types, per}],
--             reversible_by_servers: [claim_type]}

-- Gives a number to each name that has none, in the order of the list. `kind`: NAME_KINDS of
-- src/ledger/columns.ts.
CREATE OR REPLACE FUNCTION onceward.register_names(p_kind smallint, new_names text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM unnest(new_names) AS given(name)
                  WHERE (given.name, p_kind) NOT IN (SELECT name, kind FROM onceward.names)) THEN
    RETURN;
  END IF;
  LOCK TABLE onceward.names IN SHARE ROW EXCLUSIVE MODE;
  INSERT INTO onceward.names (kind, no, name)
  SELECT p_kind, (SELECT coalesce(max(no), 0) FROM onceward.names WHERE kind = p_kind)
                 + row_number() OVER (ORDER BY min(given.nth)), given.name
    FROM unnest(new_names) WITH ORDINALITY AS given(name, nth)
   WHERE (given.name, p_kind) NOT IN (SELECT name, kind FROM onceward.names)
   GROUP BY given.name;
END $$;

-- The number of an operator or staff member in `actors`. An unknown one gets a row.
CREATE OR REPLACE FUNCTION onceward.register_actor(kind_name text, p_id text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  p_kind CONSTANT smallint := array_position(
    ARRAY['player', 'server', 'staff', 'operator'], kind_name);
BEGIN
  INSERT INTO onceward.actors (kind, id, updated_at) VALUES (p_kind, p_id, now())
      ON CONFLICT DO NOTHING;
  RETURN (SELECT no FROM onceward.actors WHERE (kind, id) = (p_kind, p_id));
END $$;

-- The moment from which the next version is current: later than that of every version before, of
-- which none is scheduled. Call it under the lock.
CREATE OR REPLACE FUNCTION onceward.next_effective_from() RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  newest CONSTANT timestamptz := (SELECT max(effective_from) FROM onceward.balance_configs
                                   WHERE effective_from < 'infinity');
  moment timestamptz := date_trunc('milliseconds', clock_timestamp());
BEGIN
  IF newest - moment > interval '10 seconds' THEN
    RAISE EXCEPTION 'the database''s clock is %, but the current config is effective from %',
      moment, newest USING HINT = 'Correct the clock of the database server.';
  END IF;
  WHILE newest >= moment LOOP
    PERFORM pg_sleep(0.001 + extract(epoch FROM newest - moment));
    moment := date_trunc('milliseconds', clock_timestamp());
  END LOOP;
  RETURN moment;
END $$;

CREATE OR REPLACE FUNCTION onceward.publish_milestones(p_version integer, given jsonb) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  INSERT INTO onceward.milestones (config_version, resource, paid_resource, thresholds, grants)
  SELECT p_version, onceward.number_of(1, m.resource),
         onceward.number_of(1, m.paid_resource), m.thresholds, m.grants
    FROM jsonb_to_recordset(given)
      AS m(resource text, paid_resource text, thresholds bigint[], grants json);
END;

-- What staff and servers may give, and how much of it.
CREATE OR REPLACE FUNCTION onceward.publish_staff_limits(
  p_version integer, given jsonb, servers jsonb)
RETURNS void LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  INSERT INTO onceward.award_limits (
    config_version, kind, reward_limit, daily_budget, awards_per_day)
  SELECT p_version, of_kind.no, l.reward_limit, l.daily_budget, l.awards_per_day
    FROM (VALUES (3, given), (2, servers)) AS of_kind(no, bounds),
         jsonb_to_record(CASE jsonb_typeof(of_kind.bounds) WHEN 'object' THEN of_kind.bounds END)
      AS l(reward_limit bigint, daily_budget bigint, awards_per_day bigint)
   WHERE l.reward_limit IS NOT NULL;
  INSERT INTO onceward.staff_values (config_version, resource, value, per_reward, per_day)
  SELECT p_version, onceward.number_of(1, v.resource), v.value, v.per_reward, v.per_day
    FROM jsonb_to_recordset(given->'values')
      AS v(resource text, value bigint, per_reward bigint, per_day bigint);
END;

-- What staff may take, and how much of it.
CREATE OR REPLACE FUNCTION onceward.publish_take_limits(p_version integer, given jsonb)
RETURNS void LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  INSERT INTO onceward.take_limits (config_version, resource, per_call, per_day)
  SELECT p_version, onceward.number_of(1, t.resource), t.per_call, t.per_day
    FROM jsonb_to_recordset(given) AS t(resource text, per_call bigint, per_day bigint);
END;

-- Writes a row for each resource whose rule differs from the one in force, and ends that one. A
-- resource that is missing in `given` neither regenerates nor opens any more.
CREATE OR REPLACE FUNCTION onceward.publish_regeneration(
  p_version integer, moment timestamptz, given jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  changed onceward.regeneration_rules[];
BEGIN
  SELECT array_agg((moment, 'infinity', p_version, to_be.every_seconds, to_be.amount,
           to_be.opening_base, to_be.opening_per_unit, to_be.cap_base, to_be.cap_per_unit,
           coalesce(to_be.no, now_is.resource), to_be.opening_no, to_be.cap_no
           )::onceward.regeneration_rules) INTO changed
    FROM (SELECT r.*, onceward.number_of(1, r.resource) AS no,
                 onceward.number_of(1, r.opening_of) AS opening_no,
                 onceward.number_of(1, r.cap_of) AS cap_no
            FROM jsonb_to_recordset(given) AS r(resource text, every_seconds integer,
                   amount bigint, opening_base bigint, opening_per_unit bigint,
                   opening_of text, cap_base bigint, cap_per_unit bigint, cap_of text)
         ) AS to_be
    FULL JOIN (SELECT * FROM onceward.regeneration_rules
                WHERE effective_until = 'infinity') AS now_is ON now_is.resource = to_be.no
   WHERE (now_is.every_seconds, now_is.amount, now_is.opening_base, now_is.opening_per_unit,
          now_is.opening_of, now_is.cap_base, now_is.cap_per_unit, now_is.cap_of)
         IS DISTINCT FROM
         (to_be.every_seconds, to_be.amount, to_be.opening_base, to_be.opening_per_unit,
          to_be.opening_no, to_be.cap_base, to_be.cap_per_unit, to_be.cap_no);
  UPDATE onceward.regeneration_rules SET effective_until = moment
   WHERE effective_until = 'infinity'
     AND resource IN (SELECT resource FROM unnest(changed));
  INSERT INTO onceward.regeneration_rules SELECT * FROM unnest(changed);
  UPDATE onceward.names SET regenerates = true
   WHERE kind = 1 AND NOT regenerates AND no IN (SELECT resource FROM unnest(changed));
END $$;

-- What the claims of these types used of a game's limit since the period began, by stripe: their
-- units, or what they took of a resource. A player's stripe is their number modulo `stripes`.
CREATE OR REPLACE FUNCTION onceward.used_by_stripe(
  p_limit smallint, p_claim_types smallint[], since timestamptz, p_resource smallint,
  stripes integer)
RETURNS TABLE (stripe bigint, used numeric) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT u.player % stripes, sum(u.used) FROM (
  SELECT c.player, CASE WHEN p_resource IS NULL THEN c.units ELSE (
           SELECT coalesce(-sum(e.delta), 0) FROM onceward.ledger_entries e
            WHERE (e.player, e.number, e.resource) = (c.player, c.number, p_resource)
              AND e.cause = 1 AND e.delta < 0) END AS used
    FROM onceward.reward_claims c
    JOIN onceward.actors a ON a.no = c.player AND a.kind = 1
         AND (c.number <= a.archived) IS NOT TRUE
   WHERE c.claimed_at >= since AND c.claim_type = ANY (p_claim_types)
     AND NOT onceward.used_before(c.limits_used, 3, p_limit, since)
     AND NOT EXISTS (SELECT FROM onceward.reversed_claims r
                      WHERE (r.player, r.number) = (c.player, c.number) AND r.reopened)
  UNION ALL
  SELECT z.player, n.amount
    FROM onceward.archived_uses z, unnest(z.numbers, z.amounts) AS n(number, amount)
   WHERE (since = '-infinity' OR EXISTS (
           SELECT FROM onceward.archived_claims c
            WHERE c.player = z.player AND c.number = n.number AND c.claimed_at >= since))
     AND z.until >= since AND z.claim_type = ANY (p_claim_types) AND NOT z.received
     AND z.resource = coalesce(p_resource, 0)) AS u
   GROUP BY 1;
END;

-- Counts the earlier claims of these types in the counters of a limit of the game, and creates the
-- counters where there are none: the claims that were made in the period under the versions so
-- far. An operation locks its player before it reads the current version: while the table is
-- locked, no operation can commit a claim under an older version. Operations wait until the
-- publication ends. It gives up before they do where it would have to wait for the table itself,
-- with lock_not_available: publish again.
CREATE OR REPLACE FUNCTION onceward.count_earlier_claims(wanted record, claim_types smallint[])
RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
BEGIN
  LOCK TABLE onceward.actors IN EXCLUSIVE MODE;
  INSERT INTO onceward.limit_counters AS c (kind, "limit", period, subject, used)
  SELECT 3, wanted.no, wanted.period, stripe.no, coalesce(u.used, 0)
    FROM generate_series(0, wanted.stripes - 1) AS stripe(no)
    LEFT JOIN onceward.used_by_stripe(wanted.no, claim_types, wanted.since, wanted.resource_no,
                                      wanted.stripes) AS u ON u.stripe = stripe.no
  ON CONFLICT ON CONSTRAINT limit_counters_one_per_period
    DO UPDATE SET used = c.used + excluded.used;
  INSERT INTO onceward.counted_claims (
    kind, "limit", period, subject, since, up_to, claim_type, resource)
  SELECT 3, wanted.no, wanted.period, stripe.no, wanted.since,
         (SELECT coalesce(max(version), 0) FROM onceward.balance_configs), t.no, wanted.resource_no
    FROM generate_series(0, wanted.stripes - 1) AS stripe(no), unnest(claim_types) AS t(no);
END $$;

-- Sets the bounds of the game. A limit that is new in its period gets its counters, with what was
-- used already; so does a claim type that is new to its limit.
CREATE OR REPLACE FUNCTION onceward.publish_game_limits(given jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wanted record;
  kept smallint;
  added smallint[];
BEGIN
  DELETE FROM onceward.game_limits;
  FOR wanted IN
    SELECT g.*, onceward.number_of(4, g."limit") AS no,
           onceward.number_of(1, g.resource) AS resource_no
      FROM jsonb_to_recordset(given) AS g("limit" text, period text, since timestamptz,
             claim_types text[], resource text, bound bigint, stripes smallint)
  LOOP
    INSERT INTO onceward.game_limits ("limit", period, bound, stripes)
    VALUES (wanted.no, wanted.period, wanted.bound, wanted.stripes);
    SELECT count(*) INTO kept FROM onceward.limit_counters
     WHERE (kind, "limit", period) = (3, wanted.no, wanted.period);
    IF kept NOT IN (0, wanted.stripes) THEN
      RAISE EXCEPTION 'limit % of % has % stripes; their number cannot change within a period',
        wanted."limit", wanted.period, kept USING ERRCODE = 'invalid_parameter_value';
    END IF;
    added := ARRAY(
      SELECT onceward.number_of(2, t.name) FROM unnest(wanted.claim_types) AS t(name)
      EXCEPT
      SELECT c.claim_type FROM onceward.counted_claims c
       WHERE (c.kind, c."limit", c.period) = (3, wanted.no, wanted.period));
    IF cardinality(added) > 0 THEN
      PERFORM onceward.count_earlier_claims(wanted, added);
    END IF;
  END LOOP;
  DELETE FROM onceward.limit_counters AS c
   WHERE c.kind = 3 AND NOT EXISTS (SELECT FROM onceward.game_limits g
                                     WHERE (g."limit", g.period) = (c."limit", c.period));
  DELETE FROM onceward.counted_claims AS c
   WHERE c.kind = 3 AND NOT EXISTS (SELECT FROM onceward.game_limits g
                                     WHERE (g."limit", g.period) = (c."limit", c.period));
END $$;

-- Stores a version with what the kernel reads of it, and audits it. Call it under the lock. What
-- staff proposed on another base can then no longer be approved. `number`: of the staff member's
-- claim; null: an operator publishes.
CREATE OR REPLACE FUNCTION onceward.add_config(
  document jsonb, sha256 text, publisher bigint, number integer, reason text, effects jsonb,
  at timestamptz, cancels integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  kinds CONSTANT text[] := ARRAY['resource', 'claim_type', 'operation', 'limit'];
  moment timestamptz;
  new_version integer;
BEGIN
  UPDATE onceward.proposals p
     SET state = 'withdrawn', decided_at = coalesce(p.decided_at, clock_timestamp())
   WHERE p.kind = 'config.publish' AND p.state IN ('open', 'approved');
  FOR kind IN 1..4 LOOP
    PERFORM onceward.register_names(kind::smallint, ARRAY(
      SELECT jsonb_array_elements_text(effects->'names'->kinds[kind])));
  END LOOP;
  IF at IS NULL THEN PERFORM onceward.publish_game_limits(effects->'game_limits');
  ELSE PERFORM onceward.check_schedule(at, effects->'game_limits'); END IF;
  IF cancels IS NOT NULL THEN
    PERFORM onceward.cancel_version(cancels, publisher, reason);
  END IF;
  IF onceward.scheduled_config() IS NOT NULL THEN
    RAISE EXCEPTION 'version % is scheduled', onceward.scheduled_config()
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;

  moment := onceward.next_effective_from();
  IF at <= moment THEN
    RAISE EXCEPTION '% is not in the future', at
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  INSERT INTO onceward.balance_configs
    (effective_from, published_at, sha256, publisher, number, reason, document, corrects,
     reversible_by_servers)
  VALUES (coalesce(at, moment), moment, sha256, publisher, number, reason, document,
          onceward.number_of(1, effects->>'corrects'), ARRAY(
    SELECT onceward.number_of(2, t.name)
      FROM jsonb_array_elements_text(effects->'reversible_by_servers') AS t(name)))
  RETURNING version INTO new_version;
  PERFORM onceward.publish_milestones(new_version, effects->'milestones');
  PERFORM onceward.publish_staff_limits(new_version, effects->'staff', effects->'servers');
  PERFORM onceward.publish_take_limits(new_version, effects->'takes');
  PERFORM onceward.publish_breakers(new_version, effects->'breakers');
  PERFORM onceward.publish_regeneration(
    new_version, coalesce(at, moment), effects->'regeneration');
  INSERT INTO onceward.audit_events (actor, action, outcome, reason, detail)
  VALUES (publisher, 'config.publish', 'done', reason, jsonb_strip_nulls(jsonb_build_object(
            'version', new_version, 'sha256', sha256, 'at', at)));
  RETURN new_version;
END $$;

-- For the owner. Returns the new version. A commit that starts after this transaction ended uses
-- it; with `at`, one from that moment on. `cancels`: the scheduled version, which is cancelled.
CREATE OR REPLACE FUNCTION onceward.publish_config(
  document jsonb, sha256 text, by_name text, reason text, effects jsonb,
  at timestamptz DEFAULT NULL, cancels integer DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'publish in READ COMMITTED' USING ERRCODE = 'active_sql_transaction';
  END IF;
  -- As cli/config-store.ts does. Held until the transaction ends, so that versions become visible
  -- in the order of their effective_from. It stops no reader.
  LOCK TABLE onceward.balance_configs IN SHARE ROW EXCLUSIVE MODE;
  RETURN onceward.add_config(document, sha256, onceward.register_actor('operator', by_name), NULL,
                             reason, effects, at, cancels);
END $$;
