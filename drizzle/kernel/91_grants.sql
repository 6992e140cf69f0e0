-- Privileges. The Worker's role may read, call the kernel, and let expired refusals be deleted. It
-- has no INSERT, UPDATE, DELETE or TRUNCATE on any table, so no balance moves without a claim and
-- entries, and nothing recorded changes. The role is created without a password and cannot log in
-- until `npm run migrate` or the database's console sets one.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onceward_app') THEN
    CREATE ROLE onceward_app NOSUPERUSER NOCREATEDB NOCREATEROLE;
  END IF;
END $$;

-- A role that was created in a console may be a member of powerful roles, which would bypass these
-- grants.
DO $$
DECLARE
  powers text;
BEGIN
  SELECT string_agg(DISTINCT power, ', ') INTO powers FROM (
    SELECT rolname AS power FROM pg_roles
     WHERE rolname <> 'onceward_app' AND pg_has_role('onceward_app', oid, 'MEMBER')
    UNION ALL
    SELECT 'SUPERUSER or BYPASSRLS' FROM pg_roles
     WHERE rolname = 'onceward_app' AND (rolsuper OR rolbypassrls)) AS held;
  IF powers IS NOT NULL THEN
    RAISE EXCEPTION 'the role onceward_app has powers besides those granted here: %', powers
      USING HINT = 'Revoke them, or drop the role and let `npm run migrate` create it.';
  END IF;
END $$;

-- A commit takes milliseconds. A request that waits longer is answered UNAVAILABLE and retries with
-- its key.
ALTER ROLE onceward_app SET statement_timeout = '5s';
ALTER ROLE onceward_app SET lock_timeout = '2s';
ALTER ROLE onceward_app SET idle_in_transaction_session_timeout = '5s';
-- A page reads as many rows as it shows, in the order of an index. With a bitmap Postgres reads
-- the whole history of a player who has more of it than most, and sorts it.
ALTER ROLE onceward_app SET enable_bitmapscan = off;
-- Each read has its index; while a table is small, Postgres would rather read all of it.
ALTER ROLE onceward_app SET enable_seqscan = off;

REVOKE ALL ON SCHEMA onceward FROM PUBLIC, onceward_app;
REVOKE ALL ON ALL TABLES IN SCHEMA onceward FROM PUBLIC, onceward_app;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA onceward FROM PUBLIC, onceward_app;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA onceward FROM PUBLIC, onceward_app;
DO $$
BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC, onceward_app', current_database());
  IF has_database_privilege('onceward_app', current_database(), 'TEMPORARY') THEN
    RAISE EXCEPTION 'the role onceward_app may create temporary objects'
      USING HINT = 'Revoke TEMPORARY on the database from PUBLIC as the owner of the database.';
  END IF;
END $$;

GRANT USAGE ON SCHEMA onceward TO onceward_app;
GRANT SELECT ON ALL TABLES IN SCHEMA onceward TO onceward_app;

-- The kernel, the expiry, and the functions that only read (Postgres lets no function write that is
-- not VOLATILE). Only those that fix their search path: PL/pgSQL keeps the types that a function's
-- variables had at its first call, for the session, so a caller who could call the kernel's inner
-- functions under a path of their own could make the kernel use their types.
DO $$
DECLARE
  callable regprocedure;
BEGIN
  FOR callable IN
    SELECT oid FROM pg_proc
     WHERE pronamespace = 'onceward'::regnamespace
       AND 'search_path=pg_catalog, pg_temp' = ANY (proconfig)
       AND (proname IN ('commit_operations', 'commit_bulk', 'commit_action', 'preview_operation',
                         'advance_event_reader', 'read_screen', 'audit_list',
                         'expire_refusals', 'commit_campaign',
                         'check_campaign', 'stop_campaign', 'next_campaign_instance',
                         'step_undo', 'stop_undo', 'collect_rewards', 'expire_rewards',
                         'mark_read', 'commit_places', 'stop_ranking', 'replay_page',
                         'roll_up_economy', 'rank_balances', 'report_jobs', 'mark_logged',
                         'export_page', 'step_erasures',
                         'verify_players', 'verify_game', 'verify_day', 'verify_distribution',
                         'recheck_drift', 'watch_ledger', 'step_endpoint',
                         'keep_events', 'removed_by_now', 'read_archived', 'report_archive')
         OR NOT prosecdef AND provolatile <> 'v')
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO onceward_app', callable);
  END LOOP;
END $$;
