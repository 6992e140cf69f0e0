-- The ledger is append-only, for everyone: these triggers refuse UPDATE, DELETE and TRUNCATE of what has been recorded,
-- to the owner too. They do not decide who may insert: that is grants.sql.

CREATE OR REPLACE FUNCTION onceward.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: what the ledger has recorded is never changed or removed', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation',
          HINT = 'Correct a mistake with a new operation that moves the balance back.';
END $$;

DO $$
DECLARE
  recorded text;
BEGIN
  -- In the order in which writers come to them (an operation: claim, keys, entries, audit; publishing: config, audit). A trigger
  -- is put in place under a lock that waits for writers: in another order a migration under load ended in a deadlock.
  FOREACH recorded IN ARRAY ARRAY['reward_claims', 'claim_keys', 'ledger_entries', 'balance_configs', 'audit_events'] LOOP
    EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE UPDATE OR DELETE ON onceward.%I
                    FOR EACH ROW EXECUTE FUNCTION onceward.refuse_change()', recorded || '_are_never_changed', recorded);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE TRUNCATE ON onceward.%I
                    FOR EACH STATEMENT EXECUTE FUNCTION onceward.refuse_change()', recorded || '_are_never_emptied', recorded);
  END LOOP;
END $$;
