-- Configs that are published for later. At most one is scheduled: a row whose `effective_from` lies
-- ahead of the clock. It becomes current by the clock alone; nothing has to run at that moment. A
-- cancelled one is effective from infinity, which is never.

-- A moment in UTC, as the API writes it.
CREATE OR REPLACE FUNCTION onceward.shown_time(moment timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

CREATE OR REPLACE FUNCTION onceward.current_config() RETURNS integer LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
RETURN (SELECT c.version FROM onceward.balance_configs c
         WHERE c.effective_from <= clock_timestamp()
         ORDER BY c.effective_from DESC, c.version DESC LIMIT 1);

-- The version that is scheduled; null: none. One that was published at once is not, whatever the
-- clock says since.
CREATE OR REPLACE FUNCTION onceward.scheduled_config() RETURNS integer LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
RETURN (SELECT c.version FROM onceward.balance_configs c
         WHERE c.effective_from > clock_timestamp() AND c.effective_from > c.published_at
           AND c.effective_from < 'infinity'
         ORDER BY c.version DESC LIMIT 1);

-- Whether these are other limits of the game than those that are in force.
CREATE OR REPLACE FUNCTION onceward.changes_game_limits(given jsonb) RETURNS boolean
LANGUAGE sql STABLE
RETURN EXISTS (
  SELECT FROM (SELECT onceward.number_of(4, g."limit") AS "limit", g.period, g.bound, g.stripes
                 FROM jsonb_to_recordset(given)
                   AS g("limit" text, period text, bound bigint, stripes smallint)) AS to_be
    FULL JOIN onceward.game_limits AS now_is USING ("limit", period)
   WHERE (to_be.bound, to_be.stripes) IS DISTINCT FROM (now_is.bound, now_is.stripes));

-- Limits of the game and their counters take effect when they are published. So a scheduled version
-- has those that are in force: a claim before its moment would not be counted by a new one.
CREATE OR REPLACE FUNCTION onceward.check_schedule(at timestamptz, game_limits jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF at = 'infinity' OR at <> date_trunc('milliseconds', at) THEN
    RAISE EXCEPTION '% is no moment in whole milliseconds', at
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF onceward.changes_game_limits(game_limits) THEN
    RAISE EXCEPTION 'limits of the game cannot change at a scheduled moment'
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Publish them at once, with a window for what they limit.';
  END IF;
END $$;

-- Cancels the scheduled version, before its moment, which it returns. While this transaction holds
-- the table, no operation can read which version is current; one that has read it holds the table
-- until it ends. So if the clock has not reached the moment under the lock, no operation was or
-- will be decided under the version. It gives up before operations wait for long: try again.
CREATE OR REPLACE FUNCTION onceward.cancel_version(
  p_version integer, by_actor bigint, reason text)
RETURNS timestamptz LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
  moment timestamptz;
BEGIN
  LOCK TABLE onceward.balance_configs IN ACCESS EXCLUSIVE MODE;
  IF onceward.scheduled_config() IS DISTINCT FROM p_version THEN
    RAISE EXCEPTION 'version % is not scheduled', p_version
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  SELECT c.effective_from INTO moment FROM onceward.balance_configs c WHERE c.version = p_version;
  UPDATE onceward.balance_configs SET effective_from = 'infinity' WHERE version = p_version;
  DELETE FROM onceward.regeneration_rules WHERE config_version = p_version;
  -- The rules that it would have ended.
  UPDATE onceward.regeneration_rules AS r SET effective_until = 'infinity'
   WHERE r.effective_until = moment
     AND NOT EXISTS (SELECT FROM onceward.regeneration_rules AS later
                      WHERE later.resource = r.resource
                        AND later.effective_from > r.effective_from);
  INSERT INTO onceward.audit_events (actor, action, outcome, reason, detail)
  VALUES (by_actor, 'config.cancel', 'done', reason,
          jsonb_build_object('version', p_version, 'at', moment));
  RETURN moment;
END $$;

-- For the owner.
CREATE OR REPLACE FUNCTION onceward.cancel_config(p_version integer, by_name text, reason text)
RETURNS timestamptz LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
RETURN onceward.cancel_version(p_version, onceward.register_actor('operator', by_name), reason);
