-- What an operation would do now, without doing it: the same judgement as commit_operation's, with no key, no lock and no
-- write. Another operation may come in between: a preview promises nothing.

CREATE OR REPLACE FUNCTION onceward.preview_operation(op jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  check_   CONSTANT jsonb := nullif(op->'staffCheck', 'null');
  member   onceward.staff;
  player   onceward.players;
  other    onceward.players;
  verdict  record;
  moment   timestamptz := date_trunc('milliseconds', clock_timestamp());
BEGIN
  IF check_ IS NOT NULL THEN
    SELECT * INTO member FROM onceward.staff s WHERE s.id = op->'actor'->>'id';
    IF onceward.staff_refusal(member, check_) IS NOT NULL THEN
      RETURN onceward.staff_refusal(member, check_);
    END IF;
  END IF;
  -- It can't be carried out, and there is no key to look up: whoever may ask is told the fault by the caller.
  IF op->>'mode' = 'lookup' THEN
    RETURN '{"kind": "unknown_key"}';
  END IF;
  SELECT * INTO player FROM onceward.players p WHERE p.id = op->>'playerId';
  IF NOT FOUND AND (op->>'createPlayer')::boolean THEN
    player := ROW(op->>'playerId', 0, moment, moment);
  END IF;
  SELECT * INTO other FROM onceward.players p
   WHERE p.id = CASE WHEN op->'reverses' <> 'null' THEN onceward.reversed_counterparty(op) ELSE op->'counterparty'->>'playerId' END;

  moment := greatest(moment, player.updated_at, other.updated_at);
  verdict := onceward.judge_operation(op, player, other, member, moment);
  IF verdict.rejection IS NOT NULL THEN
    RETURN jsonb_build_object('kind', 'rejected', 'replayed', false, 'rejection', verdict.rejection,
      'correlationId', op->'correlationId', 'original', onceward.original_claim(verdict.rejection));
  END IF;
  RETURN jsonb_build_object('kind', 'preview', 'playerVersion', player.version, 'at', onceward.iso_utc(moment),
    'playerSince', onceward.iso_utc(player.created_at), 'changes', onceward.changes_json(verdict.moves, player.id),
    'balances', verdict.balances, 'anchors', verdict.anchors);
END $$;
