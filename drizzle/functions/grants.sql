-- Who may do what. The Worker's role may read, and may call the kernel; it has no INSERT, UPDATE, DELETE or TRUNCATE on
-- anything: whatever goes wrong in the Worker, no balance moves without a claim and an entry that tell of it, and nothing
-- that was recorded is changed. Nothing is granted to PUBLIC.
-- The role is created without a password and can't log in until `npm run migrate` or the database's console gives it one.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onceward_app') THEN
    CREATE ROLE onceward_app NOSUPERUSER NOCREATEDB NOCREATEROLE;
  END IF;
END $$;

-- A role that was made in a console may have joined powerful ones, and then none of this would hold.
DO $$
DECLARE
  powers text;
BEGIN
  SELECT string_agg(DISTINCT power, ', ') INTO powers FROM (
    SELECT rolname AS power FROM pg_roles
     WHERE rolname <> 'onceward_app' AND pg_has_role('onceward_app', oid, 'MEMBER')
    UNION ALL
    SELECT 'SUPERUSER or BYPASSRLS' FROM pg_roles WHERE rolname = 'onceward_app' AND (rolsuper OR rolbypassrls)) AS held;
  IF powers IS NOT NULL THEN
    RAISE EXCEPTION 'the role onceward_app must have no power but what is granted here; it holds: %', powers
      USING HINT = 'Drop the role and let npm run migrate create it, or revoke these from it.';
  END IF;
END $$;

-- A claim takes milliseconds. Whoever waits longer is told UNAVAILABLE and comes again with the same key.
ALTER ROLE onceward_app SET statement_timeout = '5s';
ALTER ROLE onceward_app SET lock_timeout = '2s';
ALTER ROLE onceward_app SET idle_in_transaction_session_timeout = '5s';

REVOKE ALL ON SCHEMA onceward FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA onceward FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA onceward FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA onceward FROM onceward_app;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA onceward FROM onceward_app;

GRANT USAGE ON SCHEMA onceward TO onceward_app;
GRANT SELECT ON ALL TABLES IN SCHEMA onceward TO onceward_app;

-- Beside the kernel, the functions that only read: Postgres itself keeps what is not VOLATILE from writing.
GRANT EXECUTE ON FUNCTION onceward.commit_operation(jsonb) TO onceward_app;
DO $$
DECLARE
  reader regprocedure;
BEGIN
  FOR reader IN SELECT oid FROM pg_proc WHERE pronamespace = 'onceward'::regnamespace AND provolatile <> 'v' AND NOT prosecdef LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO onceward_app', reader);
  END LOOP;
END $$;
