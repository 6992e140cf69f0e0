-- The invariants of limits and of what belongs to no player, for integrity_page (30_integrity.sql).
-- These functions only read.

-- Each counter of a player is what claims and pending rewards used of it.
CREATE OR REPLACE FUNCTION onceward.integrity_of_uses(low bigint, high bigint)
RETURNS TABLE (invariant text, player bigint, resource smallint, sequence integer,
               number integer, detail text) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC
  -- The claims of the players, and those of others with them: in both, from their side.
  WITH claims AS MATERIALIZED (
    SELECT c.player, c.number, c.player AS giver, c.number AS given_as, false AS received,
           c.claim_type, c.units, c.limits_used, c.claimed_at
      FROM onceward.reward_claims c
     WHERE c.player > low AND c.player <= high AND NOT EXISTS (
       SELECT FROM onceward.reversed_claims r
        WHERE (r.player, r.number) = (c.player, c.number) AND r.reopened)
    UNION ALL
    SELECT c.counterparty, c.counterparty_number, c.player, c.number, true, c.claim_type, c.units,
           c.limits_used, c.claimed_at
      FROM onceward.reward_claims c
     WHERE c.counterparty > low AND c.counterparty <= high AND NOT EXISTS (
       SELECT FROM onceward.reversed_claims r
        WHERE (r.player, r.number) = (c.player, c.number) AND r.reopened)),
  -- What claims and pending rewards recorded, and what counters that are newer counted of claims.
  uses AS (
    SELECT c.player, c.number, (x->>1)::smallint AS "limit", x->>2 AS period,
           (x->>4)::bigint AS used
      FROM claims AS c, json_array_elements(c.limits_used) AS x
     WHERE x->>0 = '1' AND (x->>3)::bigint = c.player
    UNION ALL
    SELECT w.player, w.number, (x->>1)::smallint, x->>2, (x->>4)::bigint
      FROM onceward.pending_rewards w, json_array_elements(w.plan->'uses') AS x
     WHERE w.player > low AND w.player <= high AND x->>0 = '1' AND (x->>3)::bigint = w.player
    UNION ALL
    -- What was announced to a guest, and is owed or was paid to the account since.
    SELECT m.player, m.number, (x->>1)::smallint, x->>2, (x->>4)::bigint
      FROM onceward.moved_uses(low, high) AS m, json_array_elements(m.uses) AS x
     WHERE x->>0 = '1' AND (x->>3)::bigint = m.player
    UNION ALL
    SELECT c.player, c.number, k."limit", k.period, CASE WHEN k.resource IS NULL THEN c.units ELSE (
             -- What somebody received is what the other gave, also where it did not fit.
             SELECT -sum(e.delta) FROM onceward.ledger_entries e
              WHERE (e.player, e.number, e.resource) = (c.giver, c.given_as, k.resource)
                AND e.cause = 1 AND e.delta < 0) END
      FROM onceward.counted_claims k JOIN claims AS c
        ON (c.player, c.claim_type) = (k.subject, k.claim_type) AND c.number <= k.up_to
           AND c.received = k.received AND c.claimed_at >= k.since
           -- Of a reward that was paid, the use belongs to the period of its announcement.
           AND NOT EXISTS (SELECT FROM json_array_elements(c.limits_used) AS u
                            WHERE u->>0 = '1' AND (u->>1)::smallint = k."limit"
                              AND to_timestamp((u->>5)::float8 / 1000) < k.since)
     WHERE k.kind = 1 AND k.subject > low AND k.subject <= high)
  SELECT 'I11', coalesce(u.player, k.subject), NULL::smallint, NULL::integer, u.number, format(
           'limit %s of %s: %s was used, and %s is counted',
           coalesce(u."limit", k."limit"), coalesce(u.period, k.period), coalesce(u.used, 0),
           coalesce(k.used, 0))
    FROM (SELECT x.player, x."limit", x.period, sum(x.used) AS used, min(x.number) AS number
            FROM uses AS x GROUP BY 1, 2, 3) AS u
    FULL JOIN (SELECT * FROM onceward.limit_counters x
                WHERE x.kind = 1 AND x.subject > low AND x.subject <= high) AS k
      ON (k.subject, k."limit", k.period) = (u.player, u."limit", u.period)
   WHERE coalesce(u.used, 0) > coalesce(k.used, 0)
      -- Claims up to a checkpoint may have been moved elsewhere.
      OR coalesce(u.used, 0) < coalesce(k.used, 0) AND NOT EXISTS (
           SELECT FROM onceward.checkpoints p WHERE p.player = coalesce(u.player, k.subject)
           UNION ALL
           SELECT FROM onceward.actors a
            WHERE a.no = coalesce(u.player, k.subject) AND a.archived > 0);
END;

-- Each counter of the game is what claims and pending rewards used of it. It may be above its
-- bound: that can be lowered, or published after more was sold.
CREATE OR REPLACE FUNCTION onceward.integrity_of_stocks()
RETURNS TABLE (invariant text, player bigint, resource smallint, sequence integer,
               number integer, detail text) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH made AS MATERIALIZED (
    SELECT c.player, c.number, c.claim_type, c.config_version, c.units, c.limits_used, c.claimed_at
      FROM onceward.reward_claims c
     WHERE EXISTS (SELECT FROM onceward.limit_counters k WHERE k.kind = 3)
       AND NOT EXISTS (SELECT FROM onceward.reversed_claims r
                        WHERE (r.player, r.number) = (c.player, c.number) AND r.reopened)),
  recorded AS (
    SELECT m.player, m.config_version, m.limits_used AS list FROM made AS m
    UNION ALL
    SELECT w.player, w.config_version, w.plan->'uses' FROM onceward.pending_rewards w),
  -- A counter that was created again after its limit was removed is newer than uses of the old one.
  uses AS (
    SELECT (x->>1)::smallint AS "limit", x->>2 AS period, (x->>3)::bigint AS subject,
           (x->>4)::bigint AS used
      FROM recorded AS r, json_array_elements(r.list) AS x
     WHERE x->>0 = '3' AND r.config_version > (
       SELECT min(k.up_to) FROM onceward.counted_claims k
        WHERE (k.kind, k."limit", k.period, k.subject)
              = (3, (x->>1)::smallint, x->>2, (x->>3)::bigint))
    UNION ALL
    SELECT k."limit", k.period, k.subject, CASE WHEN k.resource IS NULL THEN m.units ELSE (
             SELECT -sum(e.delta) FROM onceward.ledger_entries e
              WHERE (e.player, e.number, e.resource) = (m.player, m.number, k.resource)
                AND e.cause = 1 AND e.delta < 0) END
      FROM onceward.counted_claims k
      JOIN onceward.game_limits g ON (g."limit", g.period) = (k."limit", k.period)
      JOIN made AS m ON m.claim_type = k.claim_type AND m.player % g.stripes = k.subject
           AND m.config_version <= k.up_to AND m.claimed_at >= k.since
           AND NOT EXISTS (SELECT FROM json_array_elements(m.limits_used) AS u
                            WHERE u->>0 = '3' AND (u->>1)::smallint = k."limit"
                              AND to_timestamp((u->>5)::float8 / 1000) < k.since)
     WHERE k.kind = 3)
  SELECT 'I11', NULL::bigint, NULL::smallint, NULL::integer, NULL::integer, format(
           'limit %s of %s: %s was used of stripe %s, and %s is counted',
           k."limit", k.period, coalesce(u.used, 0), k.subject, k.used)
    FROM onceward.limit_counters k LEFT JOIN (
      SELECT x."limit", x.period, x.subject, sum(x.used) AS used FROM uses AS x GROUP BY 1, 2, 3
    ) AS u ON (u."limit", u.period, u.subject) = (k."limit", k.period, k.subject)
   WHERE k.kind = 3 AND coalesce(u.used, 0) <> k.used
     -- Claims up to a checkpoint may have been moved elsewhere.
     AND (coalesce(u.used, 0) > k.used OR NOT EXISTS (SELECT FROM onceward.checkpoints)
                                          AND NOT EXISTS (SELECT FROM onceward.archived_claims));
END;

-- Each code's counter is what claims used of it, and at most what its batch allows.
CREATE OR REPLACE FUNCTION onceward.integrity_of_codes()
RETURNS TABLE (invariant text, player bigint, resource smallint, sequence integer,
               number integer, detail text) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH uses AS (
    SELECT (x->>3)::bigint AS subject, sum((x->>4)::bigint) AS used
      FROM onceward.reward_claims c, json_array_elements(c.limits_used) AS x
     WHERE EXISTS (SELECT FROM onceward.code_batches) AND x->>0 = '4'
       AND NOT EXISTS (SELECT FROM onceward.reversed_claims r
                        WHERE (r.player, r.number) = (c.player, c.number) AND r.reopened)
     GROUP BY 1),
  counters AS (
    SELECT k.subject, k.used FROM onceward.limit_counters k WHERE k.kind = 4)
  SELECT 'I11', NULL::bigint, NULL::smallint, NULL::integer, NULL::integer, format(
           'code %s of batch %s: %s was used, %s is counted, and %s are allowed',
           subject % 1048576, coalesce(b.id, 'none'), coalesce(u.used, 0), coalesce(k.used, 0),
           coalesce(b.uses, 0))
    FROM counters AS k FULL JOIN uses AS u USING (subject)
    LEFT JOIN onceward.code_batches b ON b.no = subject / 1048576
   WHERE coalesce(k.used, 0) > coalesce(b.uses, 0) OR coalesce(u.used, 0) > coalesce(k.used, 0)
      -- Claims up to a checkpoint may have been moved elsewhere.
      OR coalesce(u.used, 0) < coalesce(k.used, 0)
         AND NOT EXISTS (SELECT FROM onceward.checkpoints)
         AND NOT EXISTS (SELECT FROM onceward.archived_claims);
END;

-- What belongs to no player: the limits of staff members, of the game and of codes, and the outbox.
CREATE OR REPLACE FUNCTION onceward.integrity_of_game()
RETURNS TABLE (invariant text, player bigint, resource smallint, sequence integer,
               number integer, detail text) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC
  SELECT 'I13', o.player, NULL::smallint, NULL::integer, o.number,
         'the outbox has an event of a claim that does not exist'
    FROM onceward.outbox o LEFT JOIN onceward.reward_claims c
      ON (c.player, c.number) = (o.player, o.number) WHERE c.player IS NULL
  UNION ALL
  SELECT 'I11', k.subject, NULL, NULL, NULL, format(
           'limit %s of %s: %s was used, and %s is counted', k."limit", k.period, m.used, k.used)
    FROM onceward.limit_counters k CROSS JOIN LATERAL (
      SELECT coalesce(sum((u->>4)::bigint), 0) AS used
        FROM onceward.audit_events e
        JOIN onceward.reward_claims c ON (c.player, c.number) = (e.player, e.number),
             json_array_elements(c.limits_used) AS u
       WHERE e.actor = k.subject AND (u->>0)::smallint = 2 AND (u->>1)::smallint = k."limit"
         AND u->>2 = k.period
         -- Given back: reopened, or the member's own award that they reversed on the same day.
         AND NOT EXISTS (
           SELECT FROM onceward.reversed_claims r LEFT JOIN onceward.audit_events d
               ON (d.player, d.number) = (r.player, r.reversed_by)
            WHERE (r.player, r.number) = (c.player, c.number)
              AND (r.reopened OR d.actor = c.actor AND d.detail->>'budgetDay' = k.period))) AS m
   WHERE k.kind = 2 AND k.used <> m.used
     AND NOT (k.used > m.used AND EXISTS (
       SELECT FROM onceward.audit_events e
         JOIN onceward.archived_claims z ON (z.player, z.number) = (e.player, e.number)
        WHERE e.actor = k.subject))
  UNION ALL
  SELECT * FROM onceward.integrity_of_stocks()
  UNION ALL
  SELECT * FROM onceward.integrity_of_codes();
END;

-- All that belongs to the players above `low` up to `high`. It is one statement, so it is exact
-- while claims go on.
CREATE OR REPLACE FUNCTION onceward.integrity_of_players(low bigint, high bigint)
RETURNS TABLE (invariant text, player bigint, resource smallint, sequence integer,
               number integer, detail text) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC
  SELECT * FROM onceward.integrity_of_entries(low, high)
  UNION ALL SELECT * FROM onceward.integrity_of_numbers(low, high)
  UNION ALL SELECT * FROM onceward.integrity_of_claims(low, high)
  UNION ALL SELECT * FROM onceward.integrity_of_uses(low, high)
  UNION ALL SELECT * FROM onceward.integrity_of_links(low, high)
  UNION ALL SELECT * FROM onceward.integrity_of_archive(low, high)
  UNION ALL SELECT * FROM onceward.integrity_of_merges(low, high);
END;
