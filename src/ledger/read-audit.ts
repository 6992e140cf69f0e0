/** What staff and operators did. */
import { and, eq, gte, inArray, lt, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import { encodeClaimId } from '../domain/claim-id.ts';
import type { Database, Reads } from './database.ts';
import { auditEvents as e } from './operations-tables.ts';
import { decodeCursor, encodeCursor, type PageOrder, type PageRequest, pageOf } from './page.ts';
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

type Selected = Omit<Awaited<ReturnType<typeof staffActionsStatement>>[number], 'microseconds'>;

export function auditRowOf({ handle, number, ...row }: Selected): AuditRow {
  return {
    ...row,
    actorKind: actorKindOf(row.actorKind),
    claimId: handle === null || number === null ? null : encodeClaimId(handle, number),
    recordedAt: isoTime(row.recordedAt),
  };
}

export interface StaffActionsFilter {
  readonly staffId: string;
  /** From this moment on, and before that one. */
  readonly from: Date | null;
  readonly until: Date | null;
  readonly action: string | null;
  /** Only these actions; null: any. */
  readonly permitted: readonly string[] | null;
  readonly outcome: string | null;
}

interface StaffActionsRequest {
  readonly filter: StaffActionsFilter;
  /** Cursors must have been checked with `isActionCursor`. */
  readonly page: PageRequest;
}

/** When it was recorded (microseconds since 1970), and the ID in four parts of 32 bits. */
const ACTIONS: PageOrder = { list: 'staff-actions', direction: 'descending', width: 5 };

export function actionCursor({ id, microseconds }: StaffAction): string {
  const parts = id.replaceAll('-', '').match(/.{8}/g) ?? [];
  return encodeCursor(ACTIONS.list, [microseconds, ...parts.map((part) => Number.parseInt(part, 16))]);
}

export function isActionCursor(cursor: string): boolean {
  return (
    decodeCursor(ACTIONS, cursor)
      ?.slice(1)
      .every((part) => part < 2 ** 32) ?? false
  );
}

export interface StaffAction extends AuditRow {
  readonly microseconds: number;
}

/** What one staff member did, newest first. Staff need a permission of its own. */
export function readStaffActions(
  database: Database,
  actor: Actor,
  request: StaffActionsRequest,
): Promise<Authorised<StaffAction>> {
  const rowOf = ({ microseconds, ...row }: Selected & { readonly microseconds: number }) => ({
    ...auditRowOf(row),
    microseconds,
  });
  return readAs(database, actor, (reads) => staffActionsStatement(reads, request), rowOf, 'staff:read');
}

function staffActionsStatement(reads: Reads, { filter, page }: StaffActionsRequest) {
  const { staffId, from, until, action, permitted, outcome } = filter;
  const { within, orderBy } = pageOf(ACTIONS, [e.recordedAt, e.id], page, position);
  return reads
    .select({ ...auditFields(), microseconds: microsecondsOf(e.recordedAt) })
    .from(e)
    .where(
      and(
        eq(e.actor, numberOfActor('staff', staffId)),
        from === null ? undefined : gte(e.recordedAt, from),
        until === null ? undefined : lt(e.recordedAt, until),
        action === null ? undefined : eq(e.action, action),
        permitted === null ? undefined : inArray(e.action, [...permitted]),
        outcome === null ? undefined : sql`${e.outcome} = ${outcome}`,
        ...within,
      ),
    )
    .orderBy(...orderBy)
    .limit(page.limit);
}

const microsecondsOf = (time: SQLWrapper) =>
  sql`(extract(epoch FROM ${time}) * 1000000)::bigint`.mapWith(Number);

const position = ([microseconds = 0, ...parts]: readonly number[]) => {
  const id = parts.map((part) => part.toString(16).padStart(8, '0')).join('');
  return sql`(timestamptz 'epoch' + ${microseconds}::bigint * interval '1 microsecond', ${id}::uuid)`;
};
