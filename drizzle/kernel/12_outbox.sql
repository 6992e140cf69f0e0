-- Empties the part of the outbox whose events were all sent. There are three partitions; operations
-- write to one of them.

-- Makes the next partition current, after emptying it. Returns false and changes nothing where the
-- next partition holds an event that is not below `sent_below` or not in the sums of the economy
-- yet (50_economy.sql), or where an operation that is still running wrote to it. `sent_below`: the
-- reader has sent every event of an older transaction. Events of a running transaction are not
-- visible to any reader, so it cannot be newer than the oldest running transaction.
CREATE OR REPLACE FUNCTION onceward.rotate_outbox(sent_below xid8) RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
  next_slot smallint;
  next_partition text;
  unsent boolean;
BEGIN
  IF sent_below > pg_snapshot_xmin(pg_current_snapshot()) THEN
    RAISE EXCEPTION 'transaction % is still running or has not begun', sent_below
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT (outbox_slot + 1) % 3 INTO next_slot FROM onceward.settings FOR UPDATE;
  next_partition := format('onceward.outbox_%s', next_slot);
  EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', next_partition);
  EXECUTE format('SELECT EXISTS (SELECT FROM %s AS o, onceward.economy_roll_up AS r
                    WHERE o.transaction >= $1 OR (o.transaction, o.no) > (r.transaction, r.event))',
                 next_partition)
     INTO unsent USING sent_below;
  IF unsent THEN RETURN false; END IF;
  EXECUTE format('UPDATE onceward.outbox_state AS s
                     SET removed_transaction = o.transaction, removed_event = o.no
                    FROM (SELECT transaction, no FROM %s
                           ORDER BY transaction DESC, no DESC LIMIT 1) AS o
                   WHERE (o.transaction, o.no) > (s.removed_transaction, s.removed_event)',
                 next_partition);
  EXECUTE format('TRUNCATE %s', next_partition);
  UPDATE onceward.settings SET outbox_slot = next_slot;
  RETURN true;
EXCEPTION WHEN lock_not_available THEN
  RETURN false;
END $$;
