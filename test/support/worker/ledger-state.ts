/**
 * Reads what the database holds, without the Worker: to check that a rejection moved nothing, and for exact sums after a race.
 * Uses the owner's connection, which can also add staff.
 */
import { env } from 'cloudflare:workers';
import { neon, neonConfig } from '@neondatabase/serverless';

neonConfig.fetchEndpoint = env.NEON_ENDPOINT;
export const owner = neon(env.OWNER_DATABASE_URL);

export interface LedgerState {
  /** Null if the player does not exist. */
  readonly version: number | null;
  readonly balances: Record<string, number>;
  readonly entries: number;
  readonly granted: number;
  readonly rejected: number;
  /** What has been used of each daily limit. */
  readonly quotas: Record<string, number>;
  /** The number of pending rewards. */
  readonly owed: number;
}

export async function ledgerState(playerId: string): Promise<LedgerState> {
  const rows = await owner`
    SELECT jsonb_build_object(
      'version', (SELECT version FROM onceward.players WHERE id = ${playerId}),
      'balances', (SELECT coalesce(jsonb_object_agg(resource, amount), '{}') FROM onceward.balances WHERE player_id = ${playerId}),
      'entries', (SELECT count(*) FROM onceward.ledger_entries WHERE player_id = ${playerId}),
      'granted', (SELECT count(*) FROM onceward.reward_claims WHERE player_id = ${playerId} AND outcome = 'granted'),
      'rejected', (SELECT count(*) FROM onceward.reward_claims WHERE player_id = ${playerId} AND outcome = 'rejected'),
      'quotas', (SELECT coalesce(jsonb_object_agg(name || ' ' || period, used), '{}') FROM onceward.player_quotas WHERE player_id = ${playerId}),
      'owed', (SELECT count(*) FROM onceward.owed_claims WHERE player_id = ${playerId})) AS state`;
  return rows[0]?.state as LedgerState;
}

/** What a rejection must not change. */
export function moved({ version, rejected: _, ...state }: LedgerState) {
  return { version: version ?? 0, ...state };
}

/**
 * Checks the invariants I1 to I5, I8 and I9 for one player, from the numbers of the ledger alone. Returns the faults: none if the
 * ledger is sound.
 */
export async function ledgerFaults(playerId: string): Promise<string[]> {
  const rows = await owner`
    WITH entries AS (
      SELECT *, lag(balance_after, 1, 0::bigint) OVER chain AS expected_before, row_number() OVER chain AS expected_sequence,
             lag(player_version) OVER chain AS lower_version, lag(recorded_at) OVER chain AS earlier
        FROM onceward.ledger_entries WHERE player_id = ${playerId}
      WINDOW chain AS (PARTITION BY resource ORDER BY sequence)),
    -- The player's own claims, and those in which the player is the counterparty.
    versions AS (
      SELECT c.id, c.player_version AS version, c.balances_after, c.claimed_at, c.operation FROM onceward.reward_claims c
       WHERE c.player_id = ${playerId} AND c.outcome = 'granted'
      UNION ALL
      SELECT c.id, c.counterparty_version, c.counterparty_balances_after, c.claimed_at, c.operation FROM onceward.reward_claims c
       WHERE c.counterparty_id = ${playerId} AND c.outcome = 'granted')
    SELECT 'chain of ' || resource || ' breaks at ' || sequence AS fault FROM entries
     WHERE balance_before <> expected_before OR sequence <> expected_sequence OR balance_after <> balance_before + delta
        OR player_version < lower_version OR recorded_at < earlier
    UNION ALL
    SELECT 'sum of ' || resource || ' is not its balance' FROM onceward.balances b
     WHERE player_id = ${playerId}
       AND (amount::bigint, last_sequence::bigint) IS DISTINCT FROM
           (SELECT (coalesce(sum(delta), 0)::bigint, count(*)) FROM entries e WHERE e.resource = b.resource)
    UNION ALL
    SELECT DISTINCT 'entries of ' || resource || ' without a balance' FROM entries e
     WHERE NOT EXISTS (SELECT FROM onceward.balances b WHERE b.player_id = ${playerId} AND b.resource = e.resource)
    UNION ALL
    SELECT 'entry ' || sequence || ' of ' || resource || ' belongs to no granted claim of its version and time' FROM entries e
     WHERE NOT EXISTS (SELECT FROM versions v WHERE v.id = e.claim_id AND v.version = e.player_version AND v.claimed_at = e.recorded_at)
    UNION ALL
    SELECT 'versions end at ' || version || ' and are not gapless' FROM onceward.players WHERE id = ${playerId}
       AND (version::bigint, version::bigint, version::bigint) IS DISTINCT FROM
           (SELECT (count(*), count(DISTINCT v.version), coalesce(max(v.version), 0)) FROM versions v)
    UNION ALL
    SELECT 'claim of version ' || v.version || ' has another balance of ' || e.resource || ' than its entries'
      FROM versions v JOIN entries e ON e.player_version = v.version
     WHERE (v.balances_after->>e.resource)::bigint IS DISTINCT FROM e.balance_after
       AND NOT EXISTS (SELECT FROM entries later
                        WHERE (later.resource, later.player_version) = (e.resource, e.player_version) AND later.sequence > e.sequence)
    UNION ALL
    SELECT 'claim ' || claim_type || ' ' || claim_key || ' is granted twice' FROM onceward.reward_claims
     WHERE player_id = ${playerId} AND outcome = 'granted' GROUP BY claim_type, claim_key HAVING count(*) > 1
    UNION ALL
    SELECT 'key ' || idempotency_key || ' has two outcomes' FROM onceward.reward_claims
     WHERE player_id = ${playerId} GROUP BY idempotency_key HAVING count(*) > 1
    UNION ALL
    SELECT 'a rejection moved ' || e.resource FROM onceward.reward_claims c JOIN onceward.ledger_entries e ON e.claim_id = c.id
     WHERE c.player_id = ${playerId} AND c.outcome = 'rejected'
    UNION ALL
    SELECT 'spending at version ' || v.version || ' created or lost stat points'
      FROM versions v JOIN entries e ON e.player_version = v.version AND v.operation = 'spendStatPoints'
     WHERE e.resource = 'stat_points' OR e.resource LIKE 'stat:%' GROUP BY v.version HAVING sum(e.delta) <> 0`;
  return rows.map((row) => String(row.fault));
}

export async function addStaffMember(
  id: string,
  {
    role = 'support',
    limit = null,
    budget = null,
  }: { role?: string; limit?: number | null; budget?: number | null } = {},
): Promise<string> {
  await owner`INSERT INTO onceward.staff (id, role, reward_limit, daily_budget) VALUES (${id}, ${role}, ${limit}, ${budget})`;
  return id;
}
