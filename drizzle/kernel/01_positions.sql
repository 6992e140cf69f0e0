-- Where a moment lies in a player's history. Claims are ordered by number and entries by sequence,
-- never by time. Within a player both rise with time, so halving finds a moment in about log2(n)
-- index probes and needs no index on time.

-- The lowest number of a claim at or after the moment; one past the last where there is none.
CREATE OR REPLACE FUNCTION onceward.claim_number_at(p_player bigint, moment timestamptz)
RETURNS integer LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  low      integer := 1;
  high     integer;
  archived integer;
  middle   integer;
BEGIN
  SELECT a.number + 1, a.archived INTO high, archived FROM onceward.actors a WHERE a.no = p_player;
  WHILE low < coalesce(high, 1) LOOP
    middle := low + (high - low) / 2;
    IF middle <= archived THEN
      IF coalesce((SELECT claimed_at >= moment FROM onceward.archived_claims
                    WHERE player = p_player AND number = middle),
                  (SELECT claimed_at >= moment FROM onceward.archived_claims
                    WHERE counterparty = p_player AND counterparty_number = middle))
      THEN high := middle;
      ELSE low := middle + 1;
      END IF;
      CONTINUE;
    END IF;
    -- A number belongs to a claim of the player's own, or to one that another player made with
    -- them.
    IF coalesce((SELECT claimed_at >= moment FROM onceward.reward_claims
                  WHERE player = p_player AND number = middle),
                (SELECT claimed_at >= moment FROM onceward.reward_claims
                  WHERE counterparty = p_player AND counterparty_number = middle))
    THEN high := middle;
    ELSE low := middle + 1;
    END IF;
  END LOOP;
  RETURN low;
END $$;

-- The lowest sequence of an entry of this resource in a claim with this number or a higher one; one
-- past the last where there is none.
CREATE OR REPLACE FUNCTION onceward.entry_sequence_from(
  p_player bigint, p_resource smallint, p_number integer)
RETURNS integer LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  low    integer := 1;
  high   integer := coalesce((SELECT sequence FROM onceward.balances
                               WHERE player = p_player AND resource = p_resource), 0) + 1;
  middle integer;
BEGIN
  WHILE low < high LOOP
    middle := low + (high - low) / 2;
    IF (SELECT number >= p_number FROM onceward.ledger_entries
         WHERE player = p_player AND resource = p_resource AND sequence = middle)
    THEN high := middle;
    ELSE low := middle + 1;
    END IF;
  END LOOP;
  RETURN low;
END $$;

-- The lowest sequence of an entry of this resource at or after the moment; one past the last where
-- there is none.
CREATE OR REPLACE FUNCTION onceward.entry_sequence_at(
  p_player bigint, p_resource smallint, moment timestamptz)
RETURNS integer LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN onceward.entry_sequence_from(
  p_player, p_resource, onceward.claim_number_at(p_player, moment));
