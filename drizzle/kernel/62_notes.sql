-- Notes of staff on players: an action of staff (40_actions.sql). They are kept under the player's
-- number; the claim of the action holds digests alone.

CREATE OR REPLACE FUNCTION onceward.judge_note(action jsonb) RETURNS json
LANGUAGE sql STABLE
RETURN CASE WHEN NOT EXISTS (
    SELECT FROM onceward.players p WHERE p.id::text = action->>'player')
  THEN json_build_object('kind', 'unknown_player', 'playerId', action->>'player') END;

CREATE OR REPLACE FUNCTION onceward.write_note(action jsonb, by_actor bigint, by_number integer)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- The lock waits for an erasure of the player, and the row is then nobody's.
  INSERT INTO onceward.notes (player, author, number, written_at, text)
  SELECT a.no, by_actor, by_number, date_trunc('milliseconds', clock_timestamp()), action->>'text'
    FROM onceward.actors a WHERE a.id::text = action->>'player' AND a.kind = 1 FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the player changed just now' USING ERRCODE = 'serialization_failure';
  END IF;
END $$;

-- As the API shows it.
CREATE OR REPLACE FUNCTION onceward.note_json(by_actor bigint, by_number integer) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (
  SELECT json_build_object(
           'id', n.no, 'text', n.text, 'writtenAt', onceward.shown_time(n.written_at),
           'playerId', (SELECT a.id FROM onceward.actors a WHERE a.no = n.player),
           'author', (SELECT a.id FROM onceward.actors a WHERE a.no = n.author))
    FROM onceward.notes n WHERE (n.author, n.number) = (by_actor, by_number));
