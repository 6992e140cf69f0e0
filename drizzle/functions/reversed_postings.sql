-- What a reversal moves: what its claim moved of one player's balances, as the ledger says it, the other way round. What time
-- had brought stays, and a guarantee's counter is what the draws that are left have made of it. Reads, never writes.
--
--   reverses    {claimId, allowDebt, accruals: {resource: accrual}, counters: [resource…]}; a Worker of an older version
--               leaves `accruals` and `counters` out
--   milestones  those that the claim may have set off

-- What a guarantee's counter would be if this claim had never drawn: what was counted since the last draw that began again
-- and still stands. Draws that were taken back count no more, and the claims that took them back are no draws. It reads
-- from the newest entry back to that draw; what it asks of each entry's claim are look-ups that no plan can join.
CREATE OR REPLACE FUNCTION onceward.counted_without(claim uuid, player text, counter text) RETURNS bigint
LANGUAGE sql STABLE AS $$
  WITH counted AS NOT MATERIALIZED (
    SELECT e.sequence, e.delta, e.requested < 0 AND by_claim.drawn AS begins_again
      FROM onceward.ledger_entries e CROSS JOIN LATERAL (
        SELECT c.draws IS NOT NULL AS drawn, c.operation FROM onceward.reward_claims c WHERE c.id = e.claim_id OFFSET 0) AS by_claim
     WHERE e.player_id = player AND e.resource = counter AND e.claim_id <> claim AND by_claim.operation <> 'reverseClaim'
       AND (SELECT r.id FROM onceward.reward_claims r WHERE r.player_id = e.player_id AND r.claim_type = 'reversal'
               AND r.claim_key = e.claim_id::text AND r.outcome = 'granted') IS NULL)
  SELECT greatest(coalesce(sum(since.delta), 0), 0)::bigint FROM counted AS since
   WHERE since.sequence > coalesce(
     (SELECT last.sequence FROM counted AS last WHERE last.begins_again ORDER BY last.sequence DESC LIMIT 1), 0)
$$;

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
  back AS (
    SELECT m.resource, CASE WHEN reverses->'counters' ? m.resource
             THEN onceward.counted_without(claim, player, m.resource)
                  - (SELECT b.amount FROM onceward.balances b WHERE b.player_id = player AND b.resource = m.resource)
             ELSE -m.delta END AS delta
      FROM moved AS m),
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
