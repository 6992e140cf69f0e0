-- Verifies the sums of the economy: each must equal what the ledger holds of its day, without the
-- claims that are not rolled up yet. Those are the events behind the position, seen in the same
-- snapshot, so the comparison is exact while claims go on. Reads only. Where balances have
-- checkpoints, claims may have been moved elsewhere, and the ledger may hold less.

-- The claims of events that are not rolled up.
CREATE OR REPLACE FUNCTION onceward.events_not_rolled_up()
RETURNS TABLE (player bigint, number integer) LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT o.player, o.number FROM onceward.economy_roll_up r
    JOIN onceward.outbox o ON (o.transaction, o.no) > (r.transaction, r.event);
END;

-- The days of which there are claims or sums.
CREATE OR REPLACE FUNCTION onceward.days_of_economy() RETURNS SETOF date LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT DISTINCT (c.claimed_at AT TIME ZONE 'UTC')::date FROM onceward.reward_claims c
  UNION SELECT f.day FROM onceward.economy_flows f
  UNION SELECT t.day FROM onceward.economy_claims t
  UNION SELECT d.day FROM onceward.economy_draws d
  ORDER BY 1;
END;

-- The sums of one day by the ledger: `what` names a sum, `counted` are its numbers.
CREATE OR REPLACE FUNCTION onceward.economy_by_ledger(of_day date)
RETURNS TABLE (what text, counted numeric[]) LANGUAGE sql STABLE
BEGIN ATOMIC
  WITH claims AS MATERIALIZED (
    SELECT c.* FROM onceward.reward_claims c
     WHERE c.claimed_at >= of_day::timestamp AT TIME ZONE 'UTC'
       AND c.claimed_at < (of_day + 1)::timestamp AT TIME ZONE 'UTC'
       AND NOT EXISTS (SELECT FROM onceward.events_not_rolled_up() AS e
                        WHERE (e.player, e.number) = (c.player, c.number))),
  entries AS (
    SELECT c.claim_type, c.operation, c.counterparty, e.resource, e.cause, e.delta
      FROM claims AS c
      JOIN onceward.ledger_entries e ON (e.player, e.number) = (c.player, c.number)
    UNION ALL
    SELECT c.claim_type, c.operation, c.counterparty, e.resource, e.cause, e.delta
      FROM claims AS c
      JOIN onceward.ledger_entries e
        ON (e.player, e.number) = (c.counterparty, c.counterparty_number))
  SELECT format('flow %s/%s/%s/%s/%s', e.resource, e.claim_type, e.operation, e.cause,
                e.counterparty IS NOT NULL),
         ARRAY[sum(greatest(e.delta, 0)), -sum(least(e.delta, 0)), count(*)]
    FROM entries AS e
   GROUP BY e.resource, e.claim_type, e.operation, e.cause, e.counterparty IS NOT NULL
  UNION ALL
  SELECT format('claims %s/%s', c.claim_type, c.operation), ARRAY[count(*), sum(c.units)]::numeric[]
    FROM claims AS c JOIN onceward.actors a ON a.no = c.player AND a.kind = 1
   GROUP BY c.claim_type, c.operation
  UNION ALL
  SELECT format('draws %s/%s/%s/%s', coalesce(c.amounts_version, c.config_version), d->>'table',
                d->>'outcome', d->>'guaranteed'), ARRAY[count(*)]::numeric[]
    FROM claims AS c, json_array_elements(c.draws) AS d
   GROUP BY coalesce(c.amounts_version, c.config_version), d->>'table', d->>'outcome',
            d->>'guaranteed';
END;

CREATE OR REPLACE FUNCTION onceward.integrity_of_economy(of_day date)
RETURNS TABLE (invariant text, detail text) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH sums AS (
    SELECT format('flow %s/%s/%s/%s/%s', f.resource, f.claim_type, f.operation, f.cause,
                  f.between_players) AS what,
           ARRAY[f.gained, f.lost, f.entries] AS counted
      FROM onceward.economy_flows f WHERE f.day = of_day
    UNION ALL
    SELECT format('claims %s/%s', t.claim_type, t.operation), ARRAY[t.claims, t.units]::numeric[]
      FROM onceward.economy_claims t WHERE t.day = of_day
    UNION ALL
    SELECT format('draws %s/%s/%s/%s', d.config_version, d."table", d.outcome,
                  CASE WHEN d.guaranteed THEN 'true' ELSE 'false' END), ARRAY[d.draws]::numeric[]
      FROM onceward.economy_draws d WHERE d.day = of_day)
  SELECT 'I17', format('on %s, %s is %s in the sums and %s in the ledger', of_day,
                       coalesce(s.what, l.what), coalesce(s.counted::text, 'missing'),
                       coalesce(l.counted::text, 'missing'))
    FROM sums AS s FULL JOIN onceward.economy_by_ledger(of_day) AS l ON l.what = s.what
   WHERE s.counted IS DISTINCT FROM l.counted
     AND NOT (EXISTS (SELECT FROM onceward.archived_claims)
              AND coalesce(l.counted <= s.counted, s.counted IS NOT NULL));
END;

-- Every balance is in one bucket. Entries that are not rolled up have not moved it yet.
CREATE OR REPLACE FUNCTION onceward.integrity_of_buckets()
RETURNS TABLE (invariant text, detail text) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH waiting AS (
    SELECT e.resource, e.sequence, e.before, e.delta
      FROM onceward.events_not_rolled_up() AS w
      JOIN onceward.reward_claims c ON (c.player, c.number) = (w.player, w.number)
      CROSS JOIN LATERAL (
        SELECT x.* FROM onceward.ledger_entries x
         WHERE (x.player, x.number) = (c.player, c.number)
        UNION ALL
        SELECT x.* FROM onceward.ledger_entries x
         WHERE (x.player, x.number) = (c.counterparty, c.counterparty_number)) AS e),
  placed AS (
    SELECT b.resource, onceward.bucket_of(b.amount) AS bucket, 1 AS players
      FROM onceward.balances b
    UNION ALL
    SELECT w.resource, onceward.bucket_of(w.before + w.delta), -1 FROM waiting AS w
    UNION ALL
    SELECT w.resource, onceward.bucket_of(w.before), 1 FROM waiting AS w WHERE w.sequence > 1),
  counted AS (
    SELECT p.resource, p.bucket, sum(p.players) AS players FROM placed AS p GROUP BY 1, 2)
  SELECT 'I17', format('bucket %s of resource %s has %s players in the sums and %s in the ledger',
                       coalesce(b.bucket, c.bucket), coalesce(b.resource, c.resource),
                       coalesce(b.players, 0), coalesce(c.players, 0))
    FROM onceward.economy_buckets b
    FULL JOIN counted AS c ON (c.resource, c.bucket) = (b.resource, b.bucket)
   WHERE coalesce(b.players, 0) <> coalesce(c.players, 0);
END;
