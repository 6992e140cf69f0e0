/**
 * The invariants of the ledger as queries over the players of a test. Each query returns the rows that violate it. They run
 * as the owner and do not use the kernel.
 */
import type pg from 'pg';
import type { Client } from './ledger.ts';

/** The claims that created the versions of player `p`: their own, and those in which they are the counterparty. */
const VERSIONS = `(
  SELECT c.player_version AS version, c.balances_after AS balances FROM onceward.reward_claims c
   WHERE c.player_id = p.id AND c.outcome = 'granted'
  UNION ALL
  SELECT c.counterparty_version, c.counterparty_balances_after FROM onceward.reward_claims c
   WHERE c.counterparty_id = p.id) AS v`;

/** `$1` is the list of player IDs. */
const VIOLATIONS: Record<string, string> = {
  'I1 the sum of deltas is the balance': `
    SELECT b.player_id, b.resource FROM onceward.balances b
     WHERE b.player_id = ANY ($1) AND (b.amount::bigint, b.last_sequence::bigint) IS DISTINCT FROM (
       SELECT (coalesce(sum(e.delta), 0)::bigint, count(*)) FROM onceward.ledger_entries e
        WHERE (e.player_id, e.resource) = (b.player_id, b.resource))
    UNION ALL
    SELECT DISTINCT e.player_id, e.resource FROM onceward.ledger_entries e
     WHERE e.player_id = ANY ($1)
       AND NOT EXISTS (SELECT FROM onceward.balances b WHERE (b.player_id, b.resource) = (e.player_id, e.resource))`,
  'I2 before is the previous after, and the sequence is gapless from 1': `
    SELECT * FROM (
      SELECT player_id, resource, sequence, balance_before,
             lag(balance_after, 1, 0::bigint) OVER chain AS previous_after, row_number() OVER chain AS place
        FROM onceward.ledger_entries WHERE player_id = ANY ($1)
      WINDOW chain AS (PARTITION BY player_id, resource ORDER BY sequence)) AS chained
     WHERE balance_before <> previous_after OR sequence <> place`,
  'I2 time and version never run backwards along a sequence': `
    SELECT * FROM (
      SELECT player_id, resource, sequence, recorded_at, player_version,
             lag(recorded_at) OVER chain AS earlier, lag(player_version) OVER chain AS lower
        FROM onceward.ledger_entries WHERE player_id = ANY ($1)
      WINDOW chain AS (PARTITION BY player_id, resource ORDER BY sequence)) AS chained
     WHERE recorded_at < earlier OR player_version < lower`,
  'I3 after is before and delta': `
    SELECT * FROM onceward.ledger_entries WHERE player_id = ANY ($1) AND balance_after <> balance_before + delta`,
  'I4 every entry has a granted claim of the same time, and the version of its player or counterparty': `
    SELECT e.* FROM onceward.ledger_entries e LEFT JOIN onceward.reward_claims c ON c.id = e.claim_id
     WHERE e.player_id = ANY ($1)
       AND ((c.outcome, c.claimed_at) IS DISTINCT FROM ('granted', e.recorded_at)
         OR (e.player_id, e.player_version) IS DISTINCT FROM (c.player_id, c.player_version)
        AND (e.player_id, e.player_version) IS DISTINCT FROM (c.counterparty_id, c.counterparty_version))`,
  'I4 the versions of granted claims, made or received, are gapless, and the last one is that of the player': `
    SELECT p.id FROM onceward.players p
     WHERE p.id = ANY ($1) AND (p.version::bigint, p.version::bigint, p.version::bigint) IS DISTINCT FROM (
       SELECT (count(*), coalesce(max(v.version), 0), count(DISTINCT v.version)) FROM ${VERSIONS})`,
  'I4 the balances of a claim are those after its entries, on both sides': `
    SELECT e.player_id, e.resource, e.player_version FROM onceward.ledger_entries e
      JOIN onceward.reward_claims c ON c.id = e.claim_id
     WHERE e.player_id = ANY ($1)
       AND NOT EXISTS (SELECT FROM onceward.ledger_entries later
                        WHERE (later.player_id, later.resource, later.player_version)
                            = (e.player_id, e.resource, e.player_version) AND later.sequence > e.sequence)
       AND (CASE e.player_id WHEN c.player_id THEN c.balances_after ELSE c.counterparty_balances_after END
              ->>e.resource)::bigint IS DISTINCT FROM e.balance_after`,
  'I4 the balances after the last claim are exactly those of the player': `
    SELECT p.id, last.balances FROM onceward.players p
      JOIN LATERAL (SELECT v.balances FROM ${VERSIONS} WHERE v.version = p.version) AS last ON true
     WHERE p.id = ANY ($1) AND last.balances IS DISTINCT FROM (
       SELECT coalesce(jsonb_object_agg(b.resource, b.amount), '{}') FROM onceward.balances b WHERE b.player_id = p.id)`,
  'I4 no regeneration starts in the future': `
    SELECT b.* FROM onceward.balances b JOIN onceward.players p ON p.id = b.player_id
     WHERE p.id = ANY ($1) AND b.anchored_at > p.updated_at`,
  'I5 no claim is granted twice, no key has two outcomes': `
    SELECT player_id, claim_type, claim_key FROM onceward.reward_claims
     WHERE player_id = ANY ($1) AND outcome = 'granted' GROUP BY 1, 2, 3 HAVING count(*) > 1
    UNION ALL
    SELECT player_id, idempotency_key, NULL FROM onceward.reward_claims
     WHERE player_id = ANY ($1) GROUP BY 1, 2 HAVING count(*) > 1`,
  'I8 a rejection moves nothing': `
    SELECT c.* FROM onceward.reward_claims c JOIN onceward.ledger_entries e ON e.claim_id = c.id
     WHERE c.player_id = ANY ($1) AND c.outcome = 'rejected'`,
  'I10 staff claims and audit rows are one to one': `
    SELECT c.id, a.id FROM (SELECT * FROM onceward.reward_claims WHERE player_id = ANY ($1) AND actor_kind = 'staff') AS c
      FULL JOIN (SELECT * FROM onceward.audit_events WHERE player_id = ANY ($1)) AS a ON a.claim_id = c.id
     WHERE (a.actor_kind, a.actor_id, a.player_id, a.outcome, a.action, a.correlation_id)
           IS DISTINCT FROM ('staff', c.actor_id, c.player_id, c.outcome, c.operation, c.correlation_id)`,
  'I11 the counters of a day are what was awarded on it': `
    SELECT a.actor_id, a.detail->>'budgetDay', sum(a.amount) FILTER (WHERE a.outcome = 'granted') AS awarded, b.spent, b.awards
      FROM onceward.audit_events a
      LEFT JOIN onceward.staff_budget_days b ON (b.staff_id, b.day) = (a.actor_id, (a.detail->>'budgetDay')::date)
     WHERE a.actor_id IN (SELECT actor_id FROM onceward.audit_events WHERE player_id = ANY ($1))
       AND a.actor_kind = 'staff'
     GROUP BY 1, 2, b.spent, b.awards
    HAVING coalesce(sum(a.amount) FILTER (WHERE a.outcome = 'granted'), 0) <> coalesce(b.spent, 0)
        OR count(*) FILTER (WHERE a.outcome = 'granted' AND a.action NOT IN ('recoverReward', 'reverseClaim')) <> coalesce(b.awards, 0)`,
  'I12 a pending reward was announced to its player and is not paid yet': `
    SELECT o.* FROM onceward.owed_claims o LEFT JOIN onceward.reward_claims c ON c.id = o.announced_by
     WHERE o.player_id = ANY ($1)
       AND ((c.outcome, c.player_id, c.claimed_at) IS DISTINCT FROM ('granted', o.player_id, o.announced_at)
         OR EXISTS (SELECT FROM onceward.reward_claims paid
                     WHERE (paid.player_id, paid.claim_type, paid.claim_key, paid.outcome)
                         = (o.player_id, o.claim_type, o.claim_key, 'granted')))`,
};

/** I9 for players whose stat points all come from levels. */
const UNPAID_POINTS = `
  SELECT id FROM onceward.players p, LATERAL (
    SELECT coalesce(sum(amount) FILTER (WHERE resource = 'stat_points' OR resource LIKE 'stat:%'), 0) AS points,
           coalesce(sum(amount) FILTER (WHERE resource = 'levels_paid'), 0) AS levels
      FROM onceward.balances b WHERE b.player_id = p.id) AS held
   WHERE p.id = ANY ($1) AND held.points <> held.levels * $2::bigint`;

/** The violated invariants, each with the first row that violates it. */
export async function brokenInvariants(owner: Client, playerIds: readonly string[]): Promise<string[]> {
  const broken: string[] = [];
  for (const [name, query] of Object.entries(VIOLATIONS)) {
    const { rows } = await (owner as pg.Pool).query(query, [playerIds]);
    if (rows.length > 0) broken.push(`${name}: ${JSON.stringify(rows[0])}`);
  }
  return broken;
}

/** I9: the players whose unspent and allocated points differ from what their levels granted. */
export async function unpaidPoints(owner: Client, playerIds: readonly string[], pointsPerLevel: number) {
  const { rows } = await (owner as pg.Pool).query(UNPAID_POINTS, [playerIds, pointsPerLevel]);
  return rows.map(({ id }) => id as string);
}
