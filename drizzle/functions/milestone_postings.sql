-- What a player's balances have earned by crossing milestones: postings for every threshold that has been reached and not
-- yet been paid for. Pure: it reads its arguments alone. `paidResource` counts what has been paid, so a threshold pays once,
-- even if the balance falls and rises again or the thresholds themselves are changed.
-- Where the operation pushed the balance below thresholds that were paid (a reversal does), what they paid is taken back,
-- so that what has been paid is always what the thresholds up to the counter give.
--
--   milestones  [{resource, thresholds: [n…], paidResource, grants: [{resource, amounts: [n…], floor, ceiling, atLimit}]}]
--   held        {resource: amount} before the operation's postings
--   balances    {resource: amount} after them
--   returns     [{resource, delta, floor, ceiling, atLimit}]

DROP FUNCTION IF EXISTS onceward.milestone_postings(jsonb, jsonb);

-- How many of the ascending thresholds a balance has reached. By halving: a curve has a hundred levels, and every claim that
-- gives experience asks.
CREATE OR REPLACE FUNCTION onceward.thresholds_reached(thresholds jsonb, balance bigint) RETURNS integer
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  low  integer := 0;
  high integer := jsonb_array_length(thresholds);
  mid  integer;
BEGIN
  WHILE low < high LOOP
    mid := (low + high) / 2;
    IF (thresholds->mid)::bigint <= balance THEN low := mid + 1; ELSE high := mid; END IF;
  END LOOP;
  RETURN low;
END $$;

CREATE OR REPLACE FUNCTION onceward.milestone_postings(milestones jsonb, held jsonb, balances jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  milestone jsonb;
  crossed   integer;
  paid      integer;
  earned    jsonb := '[]';
BEGIN
  FOR milestone IN SELECT jsonb_array_elements(milestones) LOOP
    crossed := onceward.thresholds_reached(milestone->'thresholds', coalesce((balances->>(milestone->>'resource'))::bigint, 0));
    paid := coalesce((balances->>(milestone->>'paidResource'))::bigint, 0);
    CONTINUE WHEN crossed = paid;
    -- A curve that was made steeper takes nothing back: only a balance that fell in this operation does.
    CONTINUE WHEN crossed < paid AND crossed >= onceward.thresholds_reached(
      milestone->'thresholds', coalesce((held->>(milestone->>'resource'))::bigint, 0));

    earned := earned || jsonb_build_object(
      'resource', milestone->'paidResource', 'delta', crossed - paid, 'floor', 0, 'ceiling', NULL, 'atLimit', 'reject');
    earned := earned || coalesce((
      SELECT jsonb_agg(grant_ - 'amounts' || jsonb_build_object('delta', sign(crossed - paid)::integer * due.amount))
        FROM jsonb_array_elements(milestone->'grants') AS grant_,
             LATERAL (SELECT sum(nth.amount::bigint) AS amount
                        FROM jsonb_array_elements(grant_->'amounts') WITH ORDINALITY AS nth(amount, place)
                       WHERE place > least(paid, crossed) AND place <= greatest(paid, crossed)) AS due
       WHERE due.amount > 0), '[]');
  END LOOP;
  RETURN earned;
END $$;
