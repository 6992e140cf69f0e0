-- Writes what plan_moves has planned, for both players of a transfer at once: balances by relative updates, a ledger entry
-- for each amount moved, and the players' new versions. Called by commit_operation alone, behind the players' locks.

CREATE OR REPLACE FUNCTION onceward.write_moves(claim uuid, moves onceward.move[], players text[], moment timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO onceward.balances AS b (player_id, resource, amount, last_sequence, anchored_at)
  SELECT m.player_id, m.resource, sum(m.delta), count(m.sequence), max(m.anchored_at)
    FROM unnest(moves) AS m GROUP BY m.player_id, m.resource ORDER BY m.player_id, m.resource
  ON CONFLICT (player_id, resource) DO UPDATE
    SET amount = b.amount + excluded.amount, last_sequence = b.last_sequence + excluded.last_sequence,
        anchored_at = coalesce(excluded.anchored_at, b.anchored_at);

  INSERT INTO onceward.ledger_entries (player_id, resource, sequence, claim_id, player_version, ordinal,
                                       delta, balance_before, balance_after, requested, cause, recorded_at)
  SELECT m.player_id, m.resource, m.sequence, claim, m.player_version, m.ordinal,
         m.delta, m.before, m.before + m.delta, m.requested, m.cause, moment
    FROM unnest(moves) AS m WHERE m.sequence IS NOT NULL;

  UPDATE onceward.players p SET version = p.version + 1, updated_at = moment WHERE p.id = ANY (players);
END $$;
