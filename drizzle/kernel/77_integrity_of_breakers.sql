-- For `npm run integrity`: what claims of the running hour and the one before it gave, where a
-- breaker of their version counted less.
CREATE OR REPLACE FUNCTION onceward.integrity_of_breakers()
RETURNS TABLE (invariant text, player bigint, resource smallint, sequence integer,
               number integer, detail text) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC
  WITH given AS (
    SELECT b."limit", date_trunc('hour', c.claimed_at, 'UTC') AS hour,
           CASE b.per WHEN 1 THEN 0 WHEN 2 THEN c.actor ELSE c.config_version END AS subject,
           sum(CASE WHEN b.resource IS NULL THEN c.units ELSE greatest(0, (
             SELECT sum(e.delta) FROM onceward.ledger_entries e
              WHERE (e.player, e.number) IN (VALUES (c.player::bigint, c.number),
                      (c.counterparty::bigint, c.counterparty_number))
                AND e.resource = b.resource AND e.cause IN (1, 2, 6))) END) AS amount
      FROM onceward.breakers b
      JOIN onceward.reward_claims c ON c.config_version = b.config_version
      JOIN onceward.actors a ON a.no = c.actor JOIN onceward.actors p ON p.no = c.player
     WHERE c.claimed_at >= date_trunc('hour', clock_timestamp(), 'UTC') - interval '1 hour'
       AND a.kind <> 4 AND p.kind = 1 AND c.units > 0 AND c.became_pending IS NOT TRUE
       AND (b.claim_types IS NULL OR c.claim_type = ANY (b.claim_types))
       AND (b.per <> 2 OR a.kind = 2)
       AND NOT EXISTS (SELECT FROM onceward.names n
                        WHERE n.kind = 3 AND n.no = c.operation
                          AND n.name IN ('reverseClaim', 'releaseRewards'))
     GROUP BY 1, 2, 3)
  SELECT 'I11', NULL::bigint, NULL::smallint, NULL::integer, NULL::integer, format(
           '%s: %s was given in the hour of %s, and %s is counted',
           (SELECT n.name FROM onceward.names n WHERE (n.kind, n.no) = (4, g."limit")), g.amount,
           g.hour, coalesce(k.used, 0))
    FROM given AS g LEFT JOIN LATERAL (
      SELECT sum(c.used) AS used FROM onceward.breaker_counters c
       WHERE (c."limit", c.subject, c.hour) = (g."limit", g.subject, g.hour)) AS k ON true
   WHERE g.amount > coalesce(k.used, 0);
END;
