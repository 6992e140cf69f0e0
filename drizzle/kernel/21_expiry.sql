-- Deletes refusals whose retention has ended. The Worker's scheduled handler and `npm run migrate`
-- call it.

-- Deletes at most `at_most` of them and returns how many. A refusal is kept through the day
-- `expires_on` (UTC); one that another transaction holds is left for the next call. The app role
-- may call this function, and it can do nothing else to refusals: the day comes from the database's
-- clock.
CREATE OR REPLACE FUNCTION onceward.expire_refusals(at_most integer DEFAULT 10000)
RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
  today CONSTANT date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
  deleted integer;
BEGIN
  DELETE FROM onceward.refusals WHERE ctid = ANY (ARRAY(
    SELECT r.ctid FROM onceward.refusals r WHERE r.expires_on < today
     ORDER BY r.expires_on LIMIT least(greatest(at_most, 0), 100000)
       FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN deleted;
END $$;
