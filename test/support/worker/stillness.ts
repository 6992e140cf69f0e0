/** Asserts that a request moved nothing, or wrote nothing at all. Reads the database directly. */
import { expect } from 'vitest';
import { ledgerFaults, ledgerState, moved, owner } from './ledger-state.ts';

/** Runs a request that must be rejected: no balance, entry, granted claim, limit, pending reward or version may change. */
export async function movingNothing<T>(playerId: string, run: () => Promise<T>): Promise<T> {
  const before = await ledgerState(playerId);
  const result = await run();
  expect(moved(await ledgerState(playerId))).toEqual(moved(before));
  expect(await ledgerFaults(playerId)).toEqual([]);
  return result;
}

/** Runs a request that must not write: every row of the player keeps its row version. */
export async function writingNothing<T>(playerId: string, run: () => Promise<T>): Promise<T> {
  const before = await rowsOf(playerId);
  const result = await run();
  expect(await rowsOf(playerId)).toEqual(before);
  expect(await ledgerFaults(playerId)).toEqual([]);
  return result;
}

/** xmin is the transaction that wrote a row. It changes even if a row is written again with the same values. */
async function rowsOf(playerId: string): Promise<unknown> {
  const rows = await owner`
    SELECT
      (SELECT jsonb_agg(jsonb_build_array(xmin::text, p)) FROM onceward.players p WHERE id = ${playerId}) AS player,
      (SELECT jsonb_agg(jsonb_build_array(xmin::text, b) ORDER BY resource)
         FROM onceward.balances b WHERE player_id = ${playerId}) AS balances,
      (SELECT jsonb_agg(jsonb_build_array(xmin::text, id) ORDER BY id)
         FROM onceward.reward_claims WHERE player_id = ${playerId}) AS claims,
      (SELECT count(*)::int FROM onceward.ledger_entries WHERE player_id = ${playerId}) AS entries,
      (SELECT jsonb_agg(jsonb_build_array(xmin::text, q) ORDER BY name, period)
         FROM onceward.player_quotas q WHERE player_id = ${playerId}) AS quotas,
      (SELECT jsonb_agg(jsonb_build_array(xmin::text, claim_type, claim_key) ORDER BY claim_type, claim_key)
         FROM onceward.owed_claims WHERE player_id = ${playerId}) AS owed,
      (SELECT count(*)::int FROM onceward.audit_events WHERE player_id = ${playerId}) AS audited,
      (SELECT jsonb_agg(jsonb_build_array(xmin::text, d) ORDER BY staff_id, day)
         FROM onceward.staff_budget_days d
        WHERE staff_id IN (SELECT actor_id FROM onceward.audit_events WHERE player_id = ${playerId})) AS budgets`;
  return rows[0];
}
