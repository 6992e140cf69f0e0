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

/** Runs a request that must not write: every row of the player keeps its row version. That staff were forbidden it is audited. */
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
      to_jsonb(a) || jsonb_build_object('xmin', a.xmin::text) AS player,
      (SELECT jsonb_agg(jsonb_build_array(b.xmin::text, b) ORDER BY b.resource)
         FROM onceward.balances b WHERE b.player = a.no) AS balances,
      (SELECT jsonb_agg(jsonb_build_array(c.xmin::text, c.player, c.number) ORDER BY c.player, c.number)
         FROM onceward.reward_claims c WHERE c.player = a.no OR c.counterparty = a.no) AS claims,
      (SELECT jsonb_agg(jsonb_build_array(r.xmin::text, r.idempotency_key) ORDER BY r.idempotency_key)
         FROM onceward.refusals r WHERE r.player = a.no) AS refusals,
      (SELECT count(*)::int FROM onceward.ledger_entries e WHERE e.player = a.no) AS entries,
      (SELECT jsonb_agg(jsonb_build_array(l.xmin::text, l) ORDER BY l."limit", l.period)
         FROM onceward.limit_counters l WHERE l.kind = 1 AND l.subject = a.no) AS limits,
      (SELECT jsonb_agg(jsonb_build_array(w.xmin::text, w.number) ORDER BY w.number)
         FROM onceward.pending_rewards w WHERE w.player = a.no) AS pending,
      (SELECT jsonb_agg(jsonb_build_array(r.xmin::text, r.number) ORDER BY r.number)
         FROM onceward.reversed_claims r WHERE r.player = a.no) AS reversed,
      (SELECT count(*)::int FROM onceward.audit_events g WHERE g.player = a.no AND g.outcome <> 'forbidden') AS audited,
      (SELECT jsonb_agg(jsonb_build_array(l.xmin::text, l) ORDER BY l.subject, l."limit", l.period)
         FROM onceward.limit_counters l
        WHERE l.kind = 2 AND l.subject IN (
          SELECT actor FROM onceward.audit_events g WHERE g.player = a.no AND g.outcome <> 'forbidden')) AS budgets
      FROM (SELECT 1) AS one LEFT JOIN onceward.actors a ON a.id = ${playerId} AND a.kind = 1`;
  return rows[0];
}
