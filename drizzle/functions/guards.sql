-- The ledger is append-only, for everyone: these triggers refuse UPDATE, DELETE and TRUNCATE of what has been recorded,
-- to the owner too. They do not decide who may insert: that is grants.sql.

CREATE OR REPLACE FUNCTION onceward.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: what the ledger has recorded is never changed or removed', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation',
          HINT = 'Correct a mistake with a new operation that moves the balance back.';
END $$;

DO $$
DECLARE
  recorded text;
BEGIN
  FOREACH recorded IN ARRAY ARRAY['ledger_entries', 'reward_claims', 'audit_events', 'balance_configs'] LOOP
    EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE UPDATE OR DELETE ON onceward.%I
                    FOR EACH ROW EXECUTE FUNCTION onceward.refuse_change()', recorded || '_are_never_changed', recorded);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE TRUNCATE ON onceward.%I
                    FOR EACH STATEMENT EXECUTE FUNCTION onceward.refuse_change()', recorded || '_are_never_emptied', recorded);
  END LOOP;
END $$;
