/**
 * What the database really holds, read past the Worker: for "nothing moved" after a "no", and for exact sums after a race.
 * With the owner's connection, which also lets a test add staff.
 */
import { env } from 'cloudflare:workers';
import { neon, neonConfig } from '@neondatabase/serverless';
import { inject } from 'vitest';
import '../provided.ts';

neonConfig.fetchEndpoint = env.NEON_ENDPOINT as string;
export const owner = neon(inject('ownerDatabaseUrl'));

export interface LedgerState {
  /** Null: there is no such player. */
  readonly version: number | null;
  readonly balances: Record<string, number>;
  readonly entries: number;
  readonly granted: number;
  readonly rejected: number;
}

export async function ledgerState(playerId: string): Promise<LedgerState> {
  const rows = await owner`
    SELECT jsonb_build_object(
      'version', (SELECT version FROM onceward.players WHERE id = ${playerId}),
      'balances', (SELECT coalesce(jsonb_object_agg(resource, amount), '{}') FROM onceward.balances WHERE player_id = ${playerId}),
      'entries', (SELECT count(*) FROM onceward.ledger_entries WHERE player_id = ${playerId}),
      'granted', (SELECT count(*) FROM onceward.reward_claims WHERE player_id = ${playerId} AND outcome = 'granted'),
      'rejected', (SELECT count(*) FROM onceward.reward_claims WHERE player_id = ${playerId} AND outcome = 'rejected')) AS state`;
  return rows[0]?.state as LedgerState;
}

/** Everything that may not change when the answer was "no". */
export function moved({ version, balances, entries, granted }: LedgerState) {
  return { version: version ?? 0, balances, entries, granted };
}

/** I1 to I3 for one player: sums, chain, sequence. Returns what is wrong with the ledger; empty when it is sound. */
export async function ledgerFaults(playerId: string): Promise<string[]> {
  const rows = await owner`
    WITH entries AS (
      SELECT *, lag(balance_after, 1, 0::bigint) OVER chain AS expected_before, row_number() OVER chain AS expected_sequence
        FROM onceward.ledger_entries WHERE player_id = ${playerId}
      WINDOW chain AS (PARTITION BY resource ORDER BY sequence))
    SELECT 'chain of ' || resource || ' breaks at ' || sequence AS fault FROM entries
     WHERE balance_before <> expected_before OR sequence <> expected_sequence OR balance_after <> balance_before + delta
    UNION ALL
    SELECT 'sum of ' || resource || ' is not its balance' FROM onceward.balances b
     WHERE player_id = ${playerId}
       AND (amount, last_sequence) IS DISTINCT FROM
           (SELECT (sum(delta)::bigint, count(*)) FROM entries e WHERE e.resource = b.resource)
    UNION ALL
    SELECT 'entry without a granted claim' FROM entries e
     WHERE NOT EXISTS (SELECT FROM onceward.reward_claims c WHERE c.id = e.claim_id AND c.outcome = 'granted' AND c.player_version = e.player_version)`;
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
