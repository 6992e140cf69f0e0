-- What an account has of its guests: players who were merged into it (88_merge.sql). A guest's
-- claims, source keys and uses of limits stay where they are, and nothing is added to them any
-- more. The account's row names its guests, and these functions look there, too. Without guests
-- nothing of this runs.

-- The claim of this type and key that one of these players made and that was not reopened.
CREATE OR REPLACE FUNCTION onceward.claim_of_any(
  players bigint[], of_type smallint, of_key text, OUT player bigint, OUT number integer)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT found.player, found.number
    FROM unnest(players) AS p(no), LATERAL (
           SELECT p.no AS player, coalesce(
             (SELECT c.number FROM onceward.reward_claims c
               WHERE c.player = p.no AND c.claim_type = of_type AND c.claim_key = of_key
               ORDER BY c.generation DESC LIMIT 1),
             (SELECT onceward.archived_number(p.no, of_type, of_key) FROM onceward.actors a
               WHERE a.no = p.no AND a.archived > 0)) AS number OFFSET 0) AS found
   WHERE found.number IS NOT NULL
     AND (SELECT r.reopened FROM onceward.reversed_claims r
           WHERE r.player = found.player AND r.number = found.number) IS NOT TRUE LIMIT 1;
END;

-- Completes what the ledger holds of a player who has guests. A pending reward that is there to be
-- paid was claimed by none of them: their claims settled it when they were merged, or no
-- announcement was accepted since. A claim whose key is that of its request is the player's own.
CREATE OR REPLACE FUNCTION onceward.with_guests(
  op onceward.operation, subject onceward.subject, INOUT state onceward.state)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  guest bigint;
BEGIN
  IF op.source NOT IN ('reversal', 'merge') AND state.pending IS NOT TRUE
     AND op.claim_key <> op.idempotency_key THEN
    SELECT c.player, c.number INTO state.claimed_by, state.claimed_as
      FROM onceward.claim_of_any(state.guests, subject.claim_type, op.claim_key) AS c;
  END IF;
  IF op.source = 'announcement' AND state.claimed_by IS NULL THEN
    SELECT c.player, c.number INTO state.claimed_by, state.claimed_as
      FROM onceward.claim_of_any(
        state.guests, onceward.number_of(2, (op.announces).claim_type),
        (op.announces).claim_key) AS c;
  END IF;
  IF cardinality(op.source_keys) > 0 THEN
    FOREACH guest IN ARRAY state.guests LOOP
      EXIT WHEN state.taken IS NOT NULL;
      state.taken := onceward.taken(op.source_keys, guest);
    END LOOP;
  END IF;
  IF cardinality(op.limits) > 0 THEN
    state.counters := onceward.with_uses_of(state.counters, op.limits, 'player', state.guests);
  END IF;
END $$;
