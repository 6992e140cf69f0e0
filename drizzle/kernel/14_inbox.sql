-- Which pending rewards a player has read. It is no claim and takes no key: nothing that the player
-- has depends on it, and it ends with the pending reward.

-- Marks pending rewards as read, or all of the player's where `numbers` is null, and returns how
-- many were unread. Each is named by a handle and a number, as in its ID; one of another player is
-- none.
CREATE OR REPLACE FUNCTION onceward.mark_read(
  of_player text, handles text[], numbers integer[])
RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  reader onceward.actors;
  marked integer;
BEGIN
  -- As operations do: a payment deletes rows that this would change.
  SELECT * INTO reader FROM onceward.actors a
   WHERE a.id::text = of_player AND a.kind = 1 FOR NO KEY UPDATE;
  UPDATE onceward.pending_rewards w
     SET unread = false, read_at = date_trunc('milliseconds', clock_timestamp())
   WHERE w.player = reader.no AND w.unread
     AND (numbers IS NULL OR w.number IN (
       SELECT n.number FROM unnest(handles, numbers) AS n(handle, number)
        WHERE n.handle = encode(reader.handle, 'hex')));
  GET DIAGNOSTICS marked = ROW_COUNT;
  RETURN marked;
END $$;
