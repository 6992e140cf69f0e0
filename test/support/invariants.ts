/**
 * The invariants of the ledger as queries over the players of a test. Each query returns the rows that violate it. They run
 * as the owner and do not use the kernel.
 */

/** `p` is each player of the list `$1`. */
const PLAYERS = `(SELECT a.* FROM onceward.actors a WHERE a.kind = 1 AND a.id = ANY ($1)) AS p`;

/** The numbers of player `p`: of their own claims, and of those in which they are the counterparty. */
const NUMBERS = `(
  SELECT c.number, c.claimed_at FROM onceward.reward_claims c WHERE c.player = p.no
  UNION ALL
  SELECT c.counterparty_number, c.claimed_at FROM onceward.reward_claims c WHERE c.counterparty = p.no) AS n`;

/** Audited like those of staff. A campaign is audited as a whole, and who collects what became pending gives nothing. */
const AWARD_OF_SERVER = `(a.kind = 2 AND o.claim_type IN (
  SELECT no FROM onceward.names WHERE kind = 2 AND name IN ('manual_reward', 'campaign_grant'))
  AND o.announced IS NULL
  AND o.operation NOT IN (SELECT no FROM onceward.names WHERE kind = 3 AND name = 'runCampaign'))`;

/** What each claim of player `p` used of limits. A reopened claim gave it back. */
const USES = `(
  SELECT (u->>0)::int AS kind, (u->>1)::int AS "limit", u->>2 AS period, (u->>3)::bigint AS subject,
         (u->>4)::bigint AS used
    FROM onceward.reward_claims c, json_array_elements(c.limits_used) AS u
   WHERE c.player = p.no
     AND NOT EXISTS (SELECT FROM onceward.reversed_claims r
                      WHERE (r.player, r.number) = (c.player, c.number) AND r.reopened)) AS used`;

/** By the name of the invariant. `$1` is the list of player IDs. */
export const VIOLATIONS: Readonly<Record<string, string>> = {
  'I1 the sum of deltas is the balance': `
    SELECT p.id, b.resource FROM ${PLAYERS} JOIN onceward.balances b ON b.player = p.no
     WHERE (b.amount::bigint, b.sequence::bigint) IS DISTINCT FROM (
       SELECT (coalesce(sum(e.delta), 0)::bigint, count(*)) FROM onceward.ledger_entries e
        WHERE (e.player, e.resource) = (b.player, b.resource))
    UNION ALL
    SELECT DISTINCT p.id, e.resource FROM ${PLAYERS} JOIN onceward.ledger_entries e ON e.player = p.no
     WHERE NOT EXISTS (SELECT FROM onceward.balances b WHERE (b.player, b.resource) = (e.player, e.resource))`,
  'I2 before is the previous after, the sequence is gapless from 1, and numbers never run backwards': `
    SELECT * FROM (
      SELECT p.id, e.*, lag(e.before + e.delta, 1, 0::bigint) OVER chain AS previous_after,
             row_number() OVER chain AS place, lag(e.number) OVER chain AS lower
        FROM ${PLAYERS} JOIN onceward.ledger_entries e ON e.player = p.no
      WINDOW chain AS (PARTITION BY e.player, e.resource ORDER BY e.sequence)) AS chained
     WHERE before <> previous_after OR sequence <> place OR number < lower`,
  'I3 what a bound cut off is smaller than what was requested, and never has another sign': `
    SELECT p.id, e.* FROM ${PLAYERS} JOIN onceward.ledger_entries e ON e.player = p.no
     WHERE e.requested IS NOT NULL
       AND (abs(e.delta) >= abs(e.requested) OR e.delta::numeric * e.requested < 0)`,
  'I4 every entry has a claim of its number': `
    SELECT p.id, e.* FROM ${PLAYERS} JOIN onceward.ledger_entries e ON e.player = p.no
     WHERE NOT EXISTS (SELECT FROM ${NUMBERS} WHERE n.number = e.number)`,
  'I4 the entries of a claim are numbered from 1': `
    SELECT p.id, e.number, count(*) FROM ${PLAYERS} JOIN onceward.ledger_entries e ON e.player = p.no
     GROUP BY p.id, e.number HAVING (min(e.ordinal), max(e.ordinal)) <> (1, count(*))`,
  'I4 the numbers of claims, made or received, are gapless, and the last one is that of the player': `
    SELECT p.id FROM ${PLAYERS}
     WHERE (p.number::bigint, p.number::bigint, p.number::bigint) IS DISTINCT FROM (
       SELECT (count(*), coalesce(max(n.number), 0)::bigint, count(DISTINCT n.number)) FROM ${NUMBERS})`,
  'I4 a player exists once something was granted': `
    SELECT p.id FROM ${PLAYERS} WHERE (p.number = 0) <> (p.created_at IS NULL)`,
  'I4 times never run backwards along the numbers, and the last is when the player changed': `
    SELECT * FROM (
      SELECT p.id, p.updated_at, n.*, lag(n.claimed_at) OVER chain AS earlier, lead(n.number) OVER chain AS next
        FROM ${PLAYERS}, LATERAL ${NUMBERS} WINDOW chain AS (PARTITION BY p.no ORDER BY n.number)) AS numbered
     WHERE claimed_at < earlier OR next IS NULL AND claimed_at <> updated_at`,
  'I4 the version is that of the last own claim, or later where a transfer to the player was taken back': `
    SELECT p.id, p.version FROM ${PLAYERS}
     WHERE p.version <> (
       SELECT coalesce(max(v.version), 0) FROM (
         SELECT c.version FROM onceward.reward_claims c WHERE c.player = p.no
         UNION ALL
         SELECT c.counterparty_version FROM onceward.reward_claims c WHERE c.counterparty = p.no) AS v)`,
  'I4 no regeneration starts in the future': `
    SELECT p.id, b.resource FROM ${PLAYERS} JOIN onceward.balances b ON b.player = p.no
     WHERE b.anchored_at > p.updated_at`,
  'I5 no claim is granted twice, no key has two outcomes': `
    SELECT p.id, c.claim_key FROM ${PLAYERS} JOIN onceward.reward_claims c ON c.player = p.no
     GROUP BY p.id, c.claim_type, c.claim_key, c.generation HAVING count(*) > 1
    UNION ALL
    SELECT p.id, k.idempotency_key FROM ${PLAYERS}, LATERAL (
      SELECT c.idempotency_key FROM onceward.reward_claims c WHERE c.player = p.no
      UNION ALL
      SELECT r.idempotency_key FROM onceward.refusals r WHERE r.player = p.no) AS k
     GROUP BY 1, 2 HAVING count(*) > 1`,
  'I5 a claim follows one of its type and key only when that was reopened': `
    SELECT p.id, c.number FROM ${PLAYERS} JOIN onceward.reward_claims c ON c.player = p.no
     WHERE c.generation <> (
       SELECT count(*) FROM onceward.reward_claims earlier
         JOIN onceward.reversed_claims r ON (r.player, r.number) = (earlier.player, earlier.number) AND r.reopened
        WHERE (earlier.player, earlier.claim_type, earlier.claim_key) = (c.player, c.claim_type, c.claim_key)
          AND earlier.number < c.number)`,
  'I9 spending stat points neither creates nor loses any': `
    SELECT p.id, c.number FROM ${PLAYERS} JOIN onceward.reward_claims c ON c.player = p.no
      JOIN onceward.names o ON (o.kind, o.no, o.name) = (3, c.operation, 'spendStatPoints')
      JOIN onceward.ledger_entries e ON (e.player, e.number) = (c.player, c.number)
      JOIN onceward.names n ON (n.kind, n.no) = (1, e.resource)
     WHERE n.name = 'stat_points' OR n.name LIKE 'stat:%'
     GROUP BY p.id, c.number HAVING sum(e.delta) <> 0`,
  'I10 staff claims and audit rows are one to one': `
    SELECT c.player, c.number, e.id FROM (
      SELECT o.player, o.number, o.actor, o.correlation_id, n.name
        FROM ${PLAYERS} JOIN onceward.reward_claims o ON o.player = p.no
        JOIN onceward.actors a ON a.no = o.actor AND (a.kind = 3 OR ${AWARD_OF_SERVER})
        JOIN onceward.names n ON (n.kind, n.no) = (3, o.operation)) AS c
      FULL JOIN (
        SELECT g.* FROM ${PLAYERS} JOIN onceward.audit_events g ON g.player = p.no AND g.number IS NOT NULL) AS e
        ON (e.player, e.number) = (c.player, c.number)
     WHERE (e.actor, e.outcome, e.action, e.correlation_id)
           IS DISTINCT FROM (c.actor, 'granted', c.name, c.correlation_id)`,
  'I10 refusals of staff and audit rows are one to one': `
    SELECT p.id, r.refused, r.audited FROM ${PLAYERS}, LATERAL (
      SELECT (SELECT count(*) FROM onceward.refusals f JOIN onceward.actors a ON a.no = f.actor AND a.kind = 3
               WHERE f.player = p.no) AS refused,
             (SELECT count(*) FROM onceward.audit_events g
               WHERE g.player = p.no AND g.outcome = 'rejected') AS audited) AS r
     WHERE r.refused <> r.audited`,
  'I11 a counter is at least what the claims used that were not reopened': `
    SELECT p.id, used."limit", used.period, sum(used.used), k.used FROM ${PLAYERS}, LATERAL ${USES}
      LEFT JOIN onceward.limit_counters k
        ON (k.subject, k."limit", k.period, k.kind) = (used.subject, used."limit", used.period, used.kind)
     WHERE used.kind = 1
     GROUP BY 1, 2, 3, k.used HAVING sum(used.used) > coalesce(k.used, 0)`,
  'I11 the counters of a staff member are what the awards used that were not given back': `
    SELECT k.subject, k."limit", k.period, k.used, made.used AS made FROM onceward.limit_counters k, LATERAL (
      SELECT coalesce(sum((u->>4)::bigint), 0) AS used FROM onceward.audit_events g
        JOIN onceward.reward_claims c ON (c.player, c.number) = (g.player, g.number),
             json_array_elements(c.limits_used) AS u
       WHERE g.actor = k.subject AND (u->>0)::int = 2 AND (u->>1)::int = k."limit" AND u->>2 = k.period
         AND NOT EXISTS (
           SELECT FROM onceward.reversed_claims r
             LEFT JOIN onceward.audit_events by ON (by.player, by.number) = (r.player, r.reversed_by)
            WHERE (r.player, r.number) = (c.player, c.number)
              AND (r.reopened OR by.actor = c.actor AND by.detail->>'budgetDay' = k.period))) AS made
     WHERE k.kind = 2 AND k.used <> made.used
       AND k.subject IN (SELECT g.actor FROM ${PLAYERS} JOIN onceward.audit_events g ON g.player = p.no)`,
  'I12 a pending reward was announced to its player and is not paid yet': `
    SELECT p.id, w.claim_key FROM ${PLAYERS} JOIN onceward.pending_rewards w ON w.player = p.no
      LEFT JOIN onceward.reward_claims c ON c.number = w.number AND c.player = w.player
                OR c.counterparty_number = w.number AND c.counterparty = w.player AND c.became_pending
     WHERE c.claimed_at IS DISTINCT FROM w.announced_at
        OR EXISTS (SELECT FROM onceward.reward_claims paid
                    WHERE (paid.player, paid.claim_type, paid.claim_key) = (w.player, w.claim_type, w.claim_key)
                      AND NOT EXISTS (SELECT FROM onceward.reversed_claims r
                             WHERE (r.player, r.number) = (paid.player, paid.number) AND r.reopened))`,
  'I12 what did not fit is pending or paid, once, or was taken back': `
    SELECT p.id, c.claim_key FROM ${PLAYERS} JOIN onceward.reward_claims c ON c.player = p.no AND c.became_pending
     CROSS JOIN LATERAL (SELECT coalesce(c.counterparty, c.player) AS player,
                                coalesce(c.counterparty_number, c.number) AS number) AS receiver
     WHERE (SELECT count(*) FROM onceward.pending_rewards w
             WHERE (w.player, w.number) = (receiver.player, receiver.number))
         + (SELECT count(*) FROM onceward.reward_claims paid
             WHERE (paid.player, paid.announced) = (receiver.player, receiver.number))
        <> 1 AND NOT EXISTS (SELECT FROM onceward.reversed_claims r WHERE (r.player, r.number) = (c.player, c.number))
        -- A merge announces it to the account, under another number.
        AND NOT EXISTS (SELECT FROM onceward.actors a WHERE a.no = receiver.player AND a.merged_into IS NOT NULL)
        OR EXISTS (SELECT FROM onceward.ledger_entries e
                    WHERE (e.player, e.number) = (receiver.player, receiver.number)
                      -- Counters move with a claim whose reward is held back.
                      AND e.resource <> ALL (ARRAY(SELECT v.resource FROM onceward.staff_values v
                            WHERE v.config_version = c.config_version AND v.value = 0)))`,
  'I15 what was reversed of a claim never exceeds it, and each part has its reversal': `
    SELECT p.id, r.number FROM ${PLAYERS} JOIN onceward.reversed_claims r ON r.player = p.no
      LEFT JOIN onceward.reward_claims c ON (c.player, c.number) = (r.player, r.number)
      LEFT JOIN onceward.reward_claims by ON (by.player, by.number) = (r.player, r.reversed_by)
     WHERE greatest(c.units, 1) <> r.units OR c.units IS NULL OR r.reversed > r.units OR by.number IS NULL`,
};

/** I9 for players whose stat points all come from levels. */
export const UNPAID_POINTS = `
  SELECT p.id FROM ${PLAYERS}, LATERAL (
    SELECT coalesce(sum(amount) FILTER (WHERE resource = 'stat_points' OR resource LIKE 'stat:%'), 0) AS points,
           coalesce(sum(amount) FILTER (WHERE resource = 'levels_paid'), 0) AS levels
      FROM onceward.balances_by_name b WHERE b.player_id = p.id) AS held
   WHERE held.points <> held.levels * $2::bigint`;

/** The names of the violated invariants, in one statement. */
export const VIOLATED = Object.entries(VIOLATIONS)
  .map(([name, query]) => `SELECT '${name}' AS fault WHERE EXISTS (${query})`)
  .join(' UNION ALL ');
