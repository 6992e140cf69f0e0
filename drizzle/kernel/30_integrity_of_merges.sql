-- The invariants of merges (88_merge.sql), for integrity_of_players (31_integrity_of_limits.sql):
-- I18, a guest and its account name each other, what one lost the other gained, the guest did
-- nothing afterwards, and nothing was granted to the account that the guest had. It only reads.

-- The uses of limits of guests among these players that are recorded with rewards of accounts.
CREATE OR REPLACE FUNCTION onceward.moved_uses(low bigint, high bigint)
RETURNS TABLE (player bigint, number integer, uses json) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC
  WITH accounts AS (
    SELECT g.no AS guest, o.no AS account
      FROM onceward.actors g CROSS JOIN LATERAL onceward.accounts_of(g.no) AS o(no)
     WHERE g.no > low AND g.no <= high AND g.merged_into IS NOT NULL)
  SELECT a.guest, w.number, w.plan->'uses' FROM accounts AS a
    JOIN onceward.pending_rewards w ON w.player = a.account
  UNION ALL
  SELECT a.guest, c.number, c.limits_used FROM accounts AS a
    JOIN onceward.reward_claims c ON c.player = a.account AND c.announced IS NOT NULL
   WHERE NOT EXISTS (SELECT FROM onceward.reversed_claims r
                      WHERE (r.player, r.number) = (c.player, c.number) AND r.reopened);
END;

CREATE OR REPLACE FUNCTION onceward.integrity_of_merges(low bigint, high bigint)
RETURNS TABLE (invariant text, player bigint, resource smallint, sequence integer,
               number integer, detail text) LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
BEGIN ATOMIC
  WITH merged AS MATERIALIZED (
    SELECT g.no AS guest, g.number AS ended, g.merged_into AS account, a.merged_from,
           g.merged_from AS its_guests, m.number AS merge, m.counterparty_number AS as_guest
      FROM onceward.actors g LEFT JOIN onceward.actors a ON a.no = g.merged_into
      LEFT JOIN LATERAL (
        SELECT c.number, c.counterparty_number FROM onceward.all_claims c
         WHERE c.counterparty = g.no AND c.counterparty_number = g.number
           AND c.player = g.merged_into LIMIT 1) AS m ON true
     WHERE g.no > low AND g.no <= high AND g.merged_into IS NOT NULL)
  SELECT 'I18', m.guest, NULL::smallint, NULL::integer, m.ended,
         'the last that happened to it is not its merge into the account that it names'
    FROM merged AS m WHERE m.merge IS NULL
  UNION ALL
  SELECT 'I18', m.guest, NULL, NULL, NULL, 'its account does not name it and its guests'
    FROM merged AS m
   WHERE (m.guest || m.its_guests <@ m.merged_from) IS NOT TRUE
  UNION ALL
  SELECT 'I18', a.no, NULL, NULL, NULL, format('it names %s, which was merged elsewhere', g.no)
    FROM onceward.actors a CROSS JOIN LATERAL unnest(a.merged_from) AS g(no)
   WHERE a.no > low AND a.no <= high
     AND NOT EXISTS (SELECT FROM onceward.accounts_of(g.no) AS o(no) WHERE o.no = a.no)
  UNION ALL
  SELECT 'I18', w.player, NULL, NULL, w.number, 'a reward is owed to a player who was merged'
    FROM merged AS m JOIN onceward.pending_rewards w ON w.player = m.guest
  UNION ALL
  SELECT 'I18', m.guest, e.resource, NULL, m.as_guest, format(
           'the merge moved %s of the guest and %s of the account',
           sum(e.delta) FILTER (WHERE e.player = m.guest),
           sum(e.delta) FILTER (WHERE e.player = m.account))
    FROM merged AS m JOIN onceward.ledger_entries e
      ON e.cause = 1 AND ((e.player, e.number) = (m.guest, m.as_guest)
                       OR (e.player, e.number) = (m.account, m.merge))
   GROUP BY m.guest, m.account, m.as_guest, e.resource HAVING sum(e.delta) <> 0
      AND NOT EXISTS (SELECT FROM onceward.actors a WHERE a.no IN (m.guest, m.account)
                         AND a.archived > 0)
  UNION ALL
  SELECT 'I18', m.account, NULL, NULL, c.number, format(
           '%s was granted to it after its guest had claimed it', c.claim_key)
    FROM merged AS m JOIN onceward.reward_claims g ON g.player = m.guest
    JOIN onceward.reward_claims c
      ON (c.player, c.claim_type, c.claim_key) = (m.account, g.claim_type, g.claim_key)
   WHERE c.number > m.merge AND c.claim_key NOT LIKE 'held/%'
     AND c.claim_key NOT LIKE 'received/%'
     AND NOT EXISTS (SELECT FROM onceward.names n
                      WHERE (n.kind, n.no) = (2, c.claim_type) AND n.name = 'merge')
     AND NOT EXISTS (SELECT FROM onceward.reversed_claims r
                      WHERE (r.player, r.number) = (g.player, g.number) AND r.reopened)
  UNION ALL
  SELECT 'I18', m.account, k.resource, NULL, k.number, format(
           'source %s was given to it after its guest had it', k.key)
    FROM merged AS m JOIN onceward.source_keys g ON g.player = m.guest AND g.scope = m.guest
    JOIN onceward.source_keys k ON (k.scope, k.resource, k.key) = (m.account, g.resource, g.key)
   WHERE k.number > m.merge;
END;
