/** What staff and operators did. */
import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import { encodeClaimId } from '../domain/claim-id.ts';
import type { Database, Reads } from './database.ts';
import { auditEvents as e } from './operations-tables.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { handleOf, idOf, kindOf, milliseconds, numberOfActor } from './read-names.ts';
import { actorKindOf, isoTime } from './read-record.ts';

export interface AuditRow {
  readonly id: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly action: string;
  readonly outcome: string;
  readonly playerId: string | null;
  readonly claimId: string | null;
  readonly amount: number | null;
  readonly reason: string | null;
  readonly recordedAt: string;
}

/** What to select, for `auditRowOf`. */
export function auditFields() {
  return {
    id: e.id,
    actorKind: kindOf(e.actor),
    actorId: idOf(e.actor),
    action: e.action,
    outcome: e.outcome,
    playerId: idOf(e.player) as SQL<string | null>,
    // Of a claim: the player's, or that of the actor to whom it belongs.
    handle: sql<
      string | null
    >`CASE WHEN ${e.number} IS NOT NULL THEN ${handleOf(sql`coalesce(${e.player}, ${e.actor})`)} END`,
    number: e.number,
    amount: e.amount,
    reason: e.reason,
    recordedAt: milliseconds(e.recordedAt),
  };
}

type Selected = Awaited<ReturnType<typeof staffActionsStatement>>[number];

export function auditRowOf({ handle, number, ...row }: Selected): AuditRow {
  return {
    ...row,
    actorKind: actorKindOf(row.actorKind),
    claimId: handle === null || number === null ? null : encodeClaimId(handle, number),
    recordedAt: isoTime(row.recordedAt),
  };
}

interface StaffActionsRequest {
  readonly staffId: string;
  /** Null: up to now. */
  readonly before: Date | null;
  readonly limit: number;
}

/** What one staff member did before a moment, newest first. */
export function readStaffActions(
  database: Database,
  actor: Actor,
  request: StaffActionsRequest,
): Promise<Authorised<AuditRow>> {
  return readAs(database, actor, (reads) => staffActionsStatement(reads, request), auditRowOf);
}

function staffActionsStatement(reads: Reads, { staffId, before, limit }: StaffActionsRequest) {
  return reads
    .select(auditFields())
    .from(e)
    .where(
      and(
        eq(e.actor, numberOfActor('staff', staffId)),
        before === null ? undefined : lt(e.recordedAt, before),
      ),
    )
    .orderBy(desc(e.recordedAt))
    .limit(limit);
}
