-- Where a moment lies in a player's ledger. Entries are ordered by version and sequence, never by time; but times of one
-- player never run backwards, so a moment is found by halving: about log2(entries) index look-ups, and no index on time.

-- The lowest player version claimed at or after the moment (one past the last where there is none).
CREATE OR REPLACE FUNCTION onceward.player_version_at(player text, moment timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  low  bigint := 1;
  high bigint := coalesce((SELECT version FROM onceward.players WHERE id = player), 0) + 1;
  mid  bigint;
BEGIN
  WHILE low < high LOOP
    mid := (low + high) / 2;
    -- A version was made by a claim of the player's own, or by one that another player made with them.
    IF coalesce((SELECT c.claimed_at >= moment FROM onceward.reward_claims c
                  WHERE c.player_id = player AND c.player_version = mid AND c.outcome = 'granted'),
                (SELECT c.claimed_at >= moment FROM onceward.reward_claims c
                  WHERE c.counterparty_id = player AND c.counterparty_version = mid)) THEN high := mid; ELSE low := mid + 1; END IF;
  END LOOP;
  RETURN low;
END $$;

-- The lowest sequence of this player's resource recorded at or after the moment (one past the last where there is none).
CREATE OR REPLACE FUNCTION onceward.entry_sequence_at(player text, of_resource text, moment timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  low  bigint := 1;
  high bigint := coalesce((SELECT last_sequence FROM onceward.balances
                            WHERE player_id = player AND resource = of_resource), 0) + 1;
  mid  bigint;
BEGIN
  WHILE low < high LOOP
    mid := (low + high) / 2;
    IF (SELECT recorded_at >= moment FROM onceward.ledger_entries
         WHERE player_id = player AND resource = of_resource AND sequence = mid) THEN high := mid; ELSE low := mid + 1; END IF;
  END LOOP;
  RETURN low;
END $$;
