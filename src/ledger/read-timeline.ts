/**
 * A player's timeline for staff, newest first: claims, rejections, and what staff tried and may not. Each of the three is read in
 * the order of its own index; a cursor holds a position in each.
 */
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import { encodeClaimId } from '../domain/claim-id.ts';
import type { Database, Reads } from './database.ts';
import { auditEvents } from './operations-tables.ts';
import { type AuditRow, auditFields, auditRowOf } from './read-audit.ts';
import { type Authorised, readTogetherAs } from './read-authority.ts';
import { numbersOfPlayer } from './read-claims.ts';
import { handleOf, numberOfActor } from './read-names.ts';
import { changesOf, claimOfPlayer, recordFields } from './read-record.ts';
import { grantedOf, type RefusedRow, refusedFields, refusedOf, type TracedClaim } from './read-trace.ts';
import { reversedClaims } from './state-tables.ts';
import { refusals as r } from './tables.ts';

/** How far a claim was taken back. */
export interface ReversalState {
  /** The newest reversal. */
  readonly claimId: string;
  readonly units: number;
  readonly reversed: number;
  /** Whether the claim can be made again. */
  readonly reopened: boolean;
}

export interface TimelineEntry {
  /** ISO 8601. */
  readonly at: string;
  /** Exactly one of these is set. */
  readonly attempt: TracedClaim | null;
  readonly event: AuditRow | null;
  /** Null: nothing of it was taken back. */
  readonly reversal: ReversalState | null;
}

export interface TimelinePage {
  readonly entries: readonly TimelineEntry[];
  /** Where the list goes on; null: it ends. */
  readonly next: string | null;
}

/** Where a page begins: before these of the player's claims, rejections and audit events. Null: at the newest. */
export interface TimelinePosition {
  readonly number: number | null;
  readonly refused: readonly [microseconds: number, key: string] | null;
  readonly audited: readonly [microseconds: number, id: string] | null;
}

export const NEWEST: TimelinePosition = { number: null, refused: null, audited: null };

function encodeTimelineCursor({ number, refused, audited }: TimelinePosition): string {
  return btoa(JSON.stringify(['timeline', number, refused, audited]));
}

/** Null: not a cursor of a timeline. */
export function decodeTimelineCursor(cursor: string): TimelinePosition | null {
  try {
    const [list, number, refused, audited] = JSON.parse(atob(cursor)) as unknown[];
    const isNumber = number === null || isCount(number);
    const isRight = list === 'timeline' && isNumber && isPlace(refused, KEY) && isPlace(audited, UUID);
    return isRight ? ({ number, refused, audited } as TimelinePosition) : null;
  } catch {
    return null;
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const KEY = /^[!-~]{1,255}$/;
/** Postgres's integer, and a time within its years. */
const MAX_NUMBER = 2 ** 31 - 1;
const MAX_MICROSECONDS = 8 * 10 ** 15;

const isCount = (value: unknown) =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_NUMBER;

function isPlace(value: unknown, form: RegExp): boolean {
  if (value === null) return true;
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [time, text] = value;
  const isTime = Number.isInteger(time) && Math.abs(time) <= MAX_MICROSECONDS;
  return isTime && typeof text === 'string' && form.test(text);
}

interface TimelineRequest {
  readonly playerId: string;
  readonly first: number;
  readonly after: TimelinePosition;
}

/** One row, which is the page. */
export function readTimeline(
  database: Database,
  actor: Actor,
  request: TimelineRequest,
): Promise<Authorised<TimelinePage>> {
  return readTogetherAs(
    database,
    actor,
    (reads) => timelineStatements(reads, request),
    ([claims, refused, audited]) =>
      pageOfTimeline([...claims.map(claimed), ...refused.map(rejected), ...audited.map(tried)], request),
  );
}

function timelineStatements(reads: Reads, { playerId, first, after }: TimelineRequest) {
  const player = numberOfActor('player', playerId);
  const size = first + 1;
  return [
    claimsStatement(reads, { playerId, before: after.number, size }),
    refusalsStatement(reads, player, { before: after.refused, size }),
    auditStatement(reads, player, { before: after.audited, size }),
  ] as const;
}

function claimsStatement(
  reads: Reads,
  {
    playerId,
    before,
    size,
  }: { readonly playerId: string; readonly before: number | null; readonly size: number },
) {
  const page = numbersOfPlayer(reads, { playerId, before, size });
  const claim = claimOfPlayer(reads, page.player, page.number);
  const reversal = sql<Reversed | null>`(SELECT json_build_object('handle', ${handleOf(reversedClaims.player)},
      'number', ${reversedClaims.reversedBy}, 'units', ${reversedClaims.units},
      'reversed', ${reversedClaims.reversed}, 'reopened', ${reversedClaims.reopened})
    FROM ${reversedClaims} WHERE ${reversedClaims.player} = ${claim.player}
     AND ${reversedClaims.number} = ${claim.madeAs})`;
  return reads
    .select({
      ...recordFields(claim, page.player, page.number),
      changes: changesOf(page.player, page.number),
      counterpartyChanges: changesOf(claim.counterparty, claim.counterpartyNumber),
      reversal,
    })
    .from(page)
    .innerJoinLateral(claim, sql`true`)
    .orderBy(desc(page.number));
}

interface Reversed {
  readonly handle: string;
  readonly number: number;
  readonly units: number;
  readonly reversed: number;
  readonly reopened: boolean;
}

type Before = { readonly before: readonly [number, string] | null; readonly size: number };

const moment = (microseconds: number) =>
  sql`(timestamptz 'epoch' + ${microseconds}::bigint * interval '1 microsecond')`;
const microsecondsOf = (time: typeof r.refusedAt | typeof auditEvents.recordedAt) =>
  sql`${sql`(extract(epoch FROM ${time}) * 1000000)::bigint`}`.mapWith(Number) as SQL<number>;

function refusalsStatement(reads: Reads, player: SQL, { before, size }: Before) {
  return reads
    .select({ ...refusedFields(), microseconds: microsecondsOf(r.refusedAt) })
    .from(r)
    .where(
      and(
        eq(r.player, player),
        before === null
          ? undefined
          : sql`(${r.refusedAt}, ${r.idempotencyKey}) < (${moment(before[0])}, ${before[1]}::text COLLATE "C")`,
      ),
    )
    .orderBy(desc(r.refusedAt), desc(r.idempotencyKey))
    .limit(size);
}

/** What staff tried and may not: their other operations are claims and rejections. */
function auditStatement(reads: Reads, player: SQL, { before, size }: Before) {
  const { recordedAt, id, outcome } = auditEvents;
  return reads
    .select({ ...auditFields(), microseconds: microsecondsOf(recordedAt) })
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.player, player),
        // Spelled out, so that the plan can use the index of these events.
        sql`${outcome} = 'forbidden'`,
        before === null
          ? undefined
          : sql`(${recordedAt}, ${id}) < (${moment(before[0])}, ${before[1]}::uuid)`,
      ),
    )
    .orderBy(desc(recordedAt), desc(id))
    .limit(size);
}

/** An entry, and the position behind it. */
interface Placed {
  readonly entry: TimelineEntry;
  readonly behind: Partial<TimelinePosition>;
}

type Claimed = Awaited<ReturnType<typeof claimsStatement>>[number];

function claimed({ reversal, ...row }: Claimed): Placed {
  const attempt = grantedOf(row);
  const state = reversal && {
    claimId: encodeClaimId(reversal.handle, reversal.number),
    units: reversal.units,
    reversed: reversal.reversed,
    reopened: reversal.reopened,
  };
  const entry = { at: attempt.claim.claimedAt, attempt, event: null, reversal: state };
  return { entry, behind: { number: row.number } };
}

function rejected({ microseconds, ...row }: RefusedRow & { readonly microseconds: number }): Placed {
  const attempt = refusedOf(row);
  const entry = { at: attempt.claim.claimedAt, attempt, event: null, reversal: null };
  return { entry, behind: { refused: [microseconds, row.idempotencyKey] } };
}

type Tried = Awaited<ReturnType<typeof auditStatement>>[number];

function tried({ microseconds, ...row }: Tried): Placed {
  const event = auditRowOf(row);
  const entry = { at: event.recordedAt, attempt: null, event, reversal: null };
  return { entry, behind: { audited: [microseconds, event.id] } };
}

/** The newest of all; what was read and not shown is read again with the next page. */
function pageOfTimeline(rows: readonly Placed[], { first, after }: TimelineRequest): TimelinePage {
  const ordered = rows.toSorted((a, b) => b.entry.at.localeCompare(a.entry.at));
  const shown = ordered.slice(0, first);
  const position: TimelinePosition = Object.assign({}, after, ...shown.map(({ behind }) => behind));
  return {
    entries: shown.map(({ entry }) => entry),
    next: ordered.length > first ? encodeTimelineCursor(position) : null,
  };
}
