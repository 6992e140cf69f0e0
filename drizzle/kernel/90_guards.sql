-- What was recorded is never changed or removed, by the owner either: these triggers refuse UPDATE,
-- DELETE and TRUNCATE. They do not decide who may insert: 91_grants.sql does. An expired refusal
-- may be deleted (21_expiry.sql), and a scheduled config cancelled (22_schedule.sql). An erasure
-- changes the columns that its rules name (81_erasure_rules.sql): a statement of the function
-- onceward.scrub, which the context of the call shows, while an erasure is at work.

CREATE OR REPLACE FUNCTION onceward.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  calls text;
BEGIN
  GET DIAGNOSTICS calls = PG_CONTEXT;
  IF TG_OP IN ('UPDATE', 'DELETE')
     AND calls ~ '\nPL/pgSQL function onceward\.scrub\([^\n]* at EXECUTE' THEN
    IF onceward.is_scrubbed(TG_TABLE_NAME, to_jsonb(OLD),
                            CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(NEW) END) THEN
      RETURN CASE TG_OP WHEN 'UPDATE' THEN NEW ELSE OLD END;
    END IF;
  END IF;
  RAISE EXCEPTION '% on % is refused: the ledger is append-only', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation',
          HINT = 'Correct a mistake with a new operation that moves the balance back.';
END $$;

-- Claims and entries leave through archive_part (84_archive.sql) alone, called by itself: the owner
-- may call it, and it keeps what makes their keys unique.
CREATE OR REPLACE FUNCTION onceward.refuse_removal() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  stack text;
BEGIN
  GET DIAGNOSTICS stack = PG_CONTEXT;
  IF stack !~ E'\nPL/pgSQL function onceward\\.archive_part\\(json,text\\) '
              'line \\d+ at SQL statement$' THEN
    RAISE EXCEPTION '% on % is refused: the ledger is append-only', TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'integrity_constraint_violation',
            HINT = 'Correct a mistake with a new operation. Old claims leave by `npm run archive`.';
  END IF;
  RETURN NULL;
END $$;

-- A trigger is created under a lock that waits for writers, so one that exists as it should is left
-- alone: its comment is the digest of its definition. The order is that in which writers reach the
-- tables, so that a migration under load does not deadlock.
DO $$
DECLARE
  guarded record;
BEGIN
  FOR guarded IN
    WITH changes (name, suffix, events, condition) AS (VALUES
      ('names', 'never_change', 'UPDATE OF kind, no, name OR DELETE', ''),
      ('reward_claims', 'never_change', 'UPDATE', ''),
      ('ledger_entries', 'never_change', 'UPDATE', ''),
      ('bulk_calls', 'never_change', 'UPDATE OR DELETE', ''),
      ('refusals', 'never_change', 'UPDATE', ''),
      ('refusals', 'are_kept', 'DELETE', 'WHEN (OLD.expires_on IS NULL
         OR OLD.expires_on >= (clock_timestamp() AT TIME ZONE ''UTC'')::date)'),
      ('balance_configs', 'never_change', 'UPDATE', 'WHEN (NOT (
         NEW.effective_from = ''infinity'' AND OLD.effective_from > clock_timestamp()
         AND to_jsonb(NEW) - ''effective_from'' = to_jsonb(OLD) - ''effective_from''))'),
      ('balance_configs', 'are_kept', 'DELETE', ''),
      ('catalogue_texts', 'never_change', 'UPDATE OR DELETE', ''),
      ('milestones', 'never_change', 'UPDATE OR DELETE', ''),
      ('award_limits', 'never_change', 'UPDATE OR DELETE', ''),
      ('staff_values', 'never_change', 'UPDATE OR DELETE', ''),
      ('take_limits', 'never_change', 'UPDATE OR DELETE', ''),
      ('code_batches', 'never_change', 'UPDATE OR DELETE', ''),
      ('codes', 'never_change', 'UPDATE OR DELETE', ''),
      ('notes', 'never_change', 'UPDATE OR DELETE', ''),
      ('audit_events', 'never_change', 'UPDATE OR DELETE', '')),
    triggers AS (
      SELECT c.name, c.name || '_' || c.suffix AS trigger,
             format('BEFORE %s ON onceward.%I FOR EACH ROW %s', c.events, c.name, c.condition)
               AS definition, 'refuse_change' AS function
        FROM changes AS c
      UNION ALL
      SELECT DISTINCT c.name, c.name || '_are_never_emptied',
             format('BEFORE TRUNCATE ON onceward.%I FOR EACH STATEMENT', c.name), 'refuse_change'
        FROM changes AS c
      UNION ALL
      SELECT m.name, m.name || '_are_kept',
             format('BEFORE DELETE ON onceward.%I FOR EACH STATEMENT', m.name), 'refuse_removal'
        FROM (VALUES ('reward_claims'), ('ledger_entries')) AS m(name))
    SELECT t.* FROM triggers AS t
     WHERE NOT EXISTS (
       SELECT FROM pg_trigger g
        WHERE g.tgrelid = ('onceward.' || t.name)::regclass AND g.tgname = t.trigger
          AND g.tgenabled = 'O'
          AND obj_description(g.oid, 'pg_trigger') = md5(t.definition))
     ORDER BY array_position(ARRAY['names', 'bulk_calls', 'reward_claims', 'ledger_entries',
                                   'refusals', 'balance_configs', 'catalogue_texts', 'milestones',
                                   'award_limits', 'staff_values', 'take_limits',
                                   'code_batches', 'codes', 'notes', 'audit_events'], t.name)
  LOOP
    EXECUTE format('CREATE OR REPLACE TRIGGER %I %s EXECUTE FUNCTION onceward.%I()',
                   guarded.trigger, guarded.definition, guarded.function);
    EXECUTE format('ALTER TABLE onceward.%I ENABLE TRIGGER %I', guarded.name, guarded.trigger);
    EXECUTE format('COMMENT ON TRIGGER %I ON onceward.%I IS %L',
                   guarded.trigger, guarded.name, md5(guarded.definition));
  END LOOP;
END $$;
