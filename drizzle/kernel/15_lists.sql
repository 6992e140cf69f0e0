-- Lists across players are for staff, and each is audited in the transaction that reads it.

-- Whether a staff member has begun to read too many lists within a minute.
CREATE OR REPLACE FUNCTION onceward.lists_too_often(by_actor bigint) RETURNS boolean
LANGUAGE sql STABLE
RETURN (SELECT count(*) >= 60 FROM onceward.audit_events e
         WHERE e.actor = by_actor AND e.recorded_at > clock_timestamp() - interval '1 minute'
           AND e.outcome = 'listed');

-- Records that a staff member reads a list, and says whether they may: `permitted`, `forbidden`, or
-- `too_often`, which records nothing. `filter`: what the list was narrowed to.
CREATE OR REPLACE FUNCTION onceward.audit_list(
  staff_id text, needs text, list text, filter jsonb, correlation_id uuid,
  client_correlation_id text)
RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
  moment   CONSTANT timestamptz := date_trunc('milliseconds', clock_timestamp());
  by_actor CONSTANT bigint := (
    SELECT a.no FROM onceward.actors a WHERE a.id = staff_id AND a.kind = 3);
BEGIN
  IF onceward.staff_forbidden(by_actor, needs) IS NOT NULL THEN RETURN 'forbidden'; END IF;
  IF onceward.lists_too_often(by_actor) THEN RETURN 'too_often'; END IF;
  INSERT INTO onceward.audit_events (
    recorded_at, actor, correlation_id, client_correlation_id, action, outcome, detail)
  VALUES (moment, by_actor, audit_list.correlation_id, audit_list.client_correlation_id, list,
          'listed', filter);
  RETURN 'permitted';
END $$;
