-- What a reversal does to a progress counter (04_reversals.sql).

-- Whether a claim counts for what is left of a counter: it is no reversal, and not taken back.
CREATE OR REPLACE FUNCTION onceward.still_counts(
  of_player bigint, of_number integer, reversal smallint)
RETURNS boolean LANGUAGE sql STABLE
RETURN (
  SELECT c.operation <> reversal AND (
           SELECT r.reversed = r.units FROM onceward.reversed_claims r
            WHERE r.player = c.player AND r.number = c.number) IS NOT TRUE
    FROM onceward.reward_claims c WHERE c.player = of_player AND c.number = of_number);

-- How a counter changes where a claim that advanced it is taken back. If the claim made the newest
-- advance that is left, the counter is again what it was before: `delta` is what the claim added,
-- `restored` what it had reset, and `changed_at` the moment of the advance before that one.
-- Otherwise the counter keeps its moment (null) and loses what the claim added, unless it was reset
-- since and that was not taken back.
CREATE OR REPLACE FUNCTION onceward.counter_without(
  target integer, of_player bigint, counter smallint, reversal smallint,
  OUT delta bigint, OUT restored bigint, OUT changed_at timestamptz)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  mine      record;
  was_reset boolean;
BEGIN
  SELECT sum(e.delta) FILTER (WHERE e.cause = 1) AS added,
         sum(e.delta) FILTER (WHERE e.cause = 5) AS reset,
         min(e.sequence) AS first, max(e.sequence) AS last INTO mine
    FROM onceward.ledger_entries e
   WHERE e.player = of_player AND e.number = target AND e.resource = counter;
  IF EXISTS (
    SELECT FROM onceward.ledger_entries e
     WHERE e.player = of_player AND e.resource = counter AND e.sequence > mine.last AND e.cause = 1
       AND onceward.still_counts(e.player, e.number, reversal))
  THEN
    SELECT sum(e.delta) < 0 INTO was_reset FROM onceward.ledger_entries e
     WHERE e.player = of_player AND e.resource = counter AND e.sequence > mine.last
       AND e.cause = 5;
    delta := CASE WHEN was_reset THEN 0 ELSE -mine.added END;
    RETURN;
  END IF;
  delta := -mine.added;
  restored := coalesce(-mine.reset, 0);
  SELECT c.claimed_at INTO changed_at
    FROM onceward.ledger_entries e
    JOIN onceward.reward_claims c ON c.player = e.player AND c.number = e.number
   WHERE e.player = of_player AND e.resource = counter AND e.sequence < mine.first AND e.cause = 1
     AND onceward.still_counts(e.player, e.number, reversal)
   ORDER BY e.sequence DESC LIMIT 1;
  -- That advance may be in the archive.
  changed_at := coalesce(changed_at, (
    SELECT k.anchored_at FROM onceward.checkpoints k
     WHERE k.player = of_player AND k.resource = counter));
  -- Before every period: nothing is left that could count.
  changed_at := coalesce(changed_at, to_timestamp(0));
END $$;
