-- What a reversal moves: what its claim moved of one player's balances, as the ledger says it, the other way round. What time
-- had brought stays. Reads, never writes.
--
--   reverses    {claimId, allowDebt, accruals: {resource: accrual}}; a Worker of an older version leaves `accruals` out
--   milestones  those that the claim may have set off

-- What levels gave is judged anew from the experience that is left: it is what was written from the levels' counter on.
-- Entries that are older than their causes all say that the operation moved them, but stand in that order too.
CREATE OR REPLACE FUNCTION onceward.reversed_postings(claim uuid, player text, version_ bigint, reverses jsonb, milestones jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  WITH moved AS (
    SELECT l.resource, sum(l.delta)::bigint AS delta
      FROM (SELECT *, count(*) FILTER (WHERE milestones @> jsonb_build_array(jsonb_build_object('paidResource', of_claim.resource)))
                        OVER (ORDER BY of_claim.ordinal) AS counters
              FROM onceward.ledger_entries of_claim
             WHERE of_claim.player_id = player AND of_claim.player_version = version_ AND of_claim.claim_id = claim) AS l
     WHERE l.cause = 'operation' AND l.counters = 0
     GROUP BY l.resource),
  back AS (SELECT m.resource, -m.delta AS delta FROM moved AS m),
  postings AS (
    SELECT 2 AS place, b.resource, b.delta FROM back AS b WHERE b.delta <> 0
    UNION ALL
    -- Before a limit changes, time's part under the old one is written down; of what was never written down, nothing is.
    SELECT 1, b.resource, 0 FROM onceward.balances b
     WHERE b.player_id = player AND EXISTS (
       SELECT FROM back WHERE delta <> 0 AND resource = reverses->'accruals'->b.resource->'regenerates'->'upTo'->>'resource'))
  SELECT coalesce(jsonb_agg(jsonb_build_object('resource', p.resource, 'delta', p.delta, 'ceiling', NULL, 'atLimit', 'reject',
           'floor', CASE WHEN NOT (reverses->>'allowDebt')::boolean THEN 0 END,
           'accrual', reverses->'accruals'->p.resource) ORDER BY p.place, p.resource), '[]')
    FROM postings AS p
$$;
