/** The whole story behind a correlation ID: what was granted and refused under it, and what the audit holds. */
import type { Actor } from '../domain/actor.ts';
import type { ChangeRecord, ClaimRecord } from '../domain/outcome.ts';
import type { Rejection } from '../domain/rejections.ts';
import type { Database } from './database.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { madeBy } from './read-claims.ts';
import { sql } from './sql.ts';

/** One correlation ID is one request; a caller who uses an ID again and again sees the newest of it. */
export const MAX_TRACED = 100;

export interface TracedClaim {
  readonly claim: ClaimRecord;
  readonly changes: readonly ChangeRecord[];
  readonly counterpartyChanges: readonly ChangeRecord[] | null;
  readonly rejection: Rejection | null;
  readonly input: unknown;
}

export interface AuditRow {
  readonly id: string;
  readonly actorKind: 'staff' | 'operator';
  readonly actorId: string;
  readonly action: string;
  readonly outcome: string;
  readonly playerId: string | null;
  readonly claimId: string | null;
  readonly amount: number | null;
  readonly reason: string | null;
  readonly recordedAt: string;
}

export interface TraceRow {
  readonly claims: readonly TracedClaim[];
  readonly audit: readonly AuditRow[];
}

/**
 * One row, always. Players see what they asked for themselves and no audit: what another player's request did is that
 * player's story, and what it brought them is told by `claim`, `claims` and `ledger`.
 */
export function readTrace(
  database: Database,
  actor: Actor,
  correlationId: string,
): Promise<Authorised<TraceRow>> {
  const claims = sql`
    SELECT coalesce(jsonb_agg(jsonb_build_object(
             'claim', onceward.claim_json(reward_claims), 'rejection', rejection, 'input', input,
             'changes', CASE outcome WHEN 'granted' THEN onceward.claim_changes(reward_claims) ELSE '[]' END,
             'counterpartyChanges', onceward.counterparty_changes(reward_claims))
             ORDER BY claimed_at), '[]')
      FROM (SELECT * FROM onceward.reward_claims c WHERE c.correlation_id = ${correlationId} ${madeBy(actor)}
             ORDER BY c.claimed_at DESC LIMIT ${MAX_TRACED}) AS reward_claims`;
  const audit = sql`
    SELECT coalesce(jsonb_agg(jsonb_build_object(
             'id', id, 'actorKind', actor_kind, 'actorId', actor_id, 'action', action, 'outcome', outcome,
             'playerId', player_id, 'claimId', claim_id, 'amount', amount, 'reason', reason,
             'recordedAt', onceward.iso_utc(recorded_at)) ORDER BY recorded_at), '[]')
      FROM (SELECT * FROM onceward.audit_events a WHERE a.correlation_id = ${correlationId} AND ${actor.kind !== 'player'}
             ORDER BY a.recorded_at DESC LIMIT ${MAX_TRACED}) AS audit_events`;
  return readAs<TraceRow>(
    database,
    actor,
    sql`SELECT jsonb_build_object('claims', (${claims}), 'audit', (${audit})) AS row`,
  );
}
