/**
 * Reads what the database holds, without the Worker: to check that a rejection moved nothing, and for exact sums after a race.
 * Uses the owner's connection, which can also add staff.
 */
import { env } from 'cloudflare:workers';
import { neon, neonConfig } from '@neondatabase/serverless';
import { encodeClaimId, parseClaimId } from '../../../src/domain/claim-id.ts';

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
  readonly limits: Record<string, number>;
  /** The number of pending rewards. */
  readonly pending: number;
}

export async function ledgerState(playerId: string): Promise<LedgerState> {
  const rows = await owner`SELECT probes.state_of(${playerId}) AS state`;
  return rows[0]?.state as LedgerState;
}

/** What a rejection must not change. */
export function moved({ version, rejected: _, ...state }: LedgerState) {
  return { version: version ?? 0, ...state };
}

/** The invariants that the ledger of this player violates. */
export async function ledgerFaults(playerId: string): Promise<string[]> {
  const rows = await owner`SELECT probes.faults_of(${[playerId]}) AS faults`;
  return rows[0]?.faults as string[];
}

/** What a staff member has used today of the budget and of the number of awards. */
export async function usedByStaff(staffId: string): Promise<{ spent: number; awards: number }> {
  const rows = await owner`
    SELECT coalesce(sum(used) FILTER (WHERE "limit" = 'staff:budget'), 0)::int AS spent,
           coalesce(sum(used) FILTER (WHERE "limit" = 'staff:awards'), 0)::int AS awards
      FROM onceward.limits_by_name WHERE kind = 'staff' AND subject_id = ${staffId}`;
  return rows[0] as { spent: number; awards: number };
}

export interface AuditEvent {
  readonly action: string;
  readonly outcome: string;
  readonly playerId: string | null;
  /** Null: the operation was rejected. */
  readonly claimId: string | null;
  readonly reason: string | null;
  readonly correlationId: string;
}

/** The audit events of a staff member, oldest first. */
export async function auditEvents(staffId: string): Promise<AuditEvent[]> {
  const rows = await owner`
    SELECT action, outcome, player_id AS "playerId", handle, number, reason, correlation_id AS "correlationId"
      FROM onceward.audit_by_name WHERE actor_id = ${staffId} ORDER BY id`;
  return rows.map(({ handle, number, ...event }) => {
    const claimId = number === null ? null : encodeClaimId(handle, number);
    return { ...event, claimId } as AuditEvent;
  });
}

/** Has the form of a claim ID, of a player whom nobody is. */
export const UNKNOWN_CLAIM = encodeClaimId('0'.repeat(20), 1);

/** The row of a claim, with names. */
export async function claimRow(claimId: string): Promise<Record<string, unknown>> {
  const { handle, number } = parseClaimId(claimId) ?? {};
  const rows =
    await owner`SELECT * FROM onceward.claims_by_name WHERE (handle, number) = (${handle}, ${number})`;
  return rows[0] as Record<string, unknown>;
}

interface StaffOptions {
  readonly role?: string;
  readonly limit?: number | null;
  readonly budget?: number | null;
}

export async function addStaffMember(
  id: string,
  { role = 'support', limit = null, budget = null }: StaffOptions = {},
): Promise<string> {
  await owner`
    INSERT INTO onceward.staff (actor, role, reward_limit, daily_budget)
    VALUES (onceward.register_actor('staff', ${id}), ${role}, ${limit}, ${budget})`;
  return id;
}

/** Members that `change` leaves out keep their value. */
export async function changeStaffMember(
  id: string,
  change: StaffOptions & { readonly disabled?: boolean },
): Promise<void> {
  const { role = null, limit = null, budget = null, disabled = null } = change;
  const changed = await owner`
    UPDATE onceward.staff SET role = coalesce(${role}, role),
           reward_limit = coalesce(${limit}, reward_limit), daily_budget = coalesce(${budget}, daily_budget),
           disabled_at = CASE WHEN ${disabled}::boolean THEN now() WHEN ${disabled}::boolean IS NULL THEN disabled_at END
     WHERE actor = (SELECT no FROM onceward.actors WHERE id = ${id} AND kind = 3) RETURNING 1`;
  if (changed.length !== 1) throw new Error(`there is no staff member ${id}`);
}

/** Every row of every table, as text. */
export async function dumpOfLedger(): Promise<string> {
  const tables = await owner`
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'onceward'`;
  const texts = await Promise.all(
    tables.map(({ name }) =>
      owner.query(`SELECT coalesce(string_agg(t::text, E'\\n'), '') AS rows FROM ${name} AS t`),
    ),
  );
  return texts.map(([row]) => String(row?.rows)).join('\n');
}
