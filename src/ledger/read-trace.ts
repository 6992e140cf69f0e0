/** Everything that a correlation ID files: what was granted and refused under it, and the audit. Players find their own by their own ID. */
import { and, type Column, eq, lt, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import { chosenIn, combatDetailOf } from '../domain/claim-detail.ts';
import type { ChangeRecord, ClaimRecord } from '../domain/outcome.ts';
import type { Rejection, StoredRejection } from '../domain/rejections.ts';
import type { Database, Reads } from './database.ts';
import { correlationOf, decodeRejection } from './decode-outcome.ts';
import { auditEvents } from './operations-tables.ts';
import { type AuditRow, auditFields, auditRowOf } from './read-audit.ts';
import { type Authorised, readTogetherAs } from './read-authority.ts';
import { handleOf, idOf, kindOf, milliseconds, nameOf, numberOfActor } from './read-names.ts';
import {
  actorKindOf,
  changesOf,
  claimOfPlayer,
  isoTime,
  type RecordRow,
  recordFields,
  recordOf,
} from './read-record.ts';
import { rewardClaims as c, refusals as r } from './tables.ts';

/** How many attempts, or audit events, a page of a trace has at least, where there are more. */
export const MAX_TRACED = 100;

export interface TracedClaim {
  readonly claim: ClaimRecord;
  readonly changes: readonly ChangeRecord[];
  readonly counterpartyChanges: readonly ChangeRecord[] | null;
  readonly rejection: Rejection | null;
  readonly input: unknown;
}

export interface TraceRow {
  /** In the order of their times. */
  readonly claims: readonly TracedClaim[];
  readonly audit: readonly AuditRow[];
  /** There may be more before this moment (ISO 8601); null: these are all. */
  readonly earlier: string | null;
}

interface TraceRequest {
  readonly correlationId: string;
  /** Null: up to now. */
  readonly before: Date | null;
}

/** One row, always. Players see what they requested themselves, and no audit. */
export function readTrace(
  database: Database,
  actor: Actor,
  request: TraceRequest,
): Promise<Authorised<TraceRow>> {
  return readTogetherAs(
    database,
    actor,
    (reads) => traceStatements(reads, actor, request),
    ([granted, grantedToo, refused, refusedToo, audit, auditToo]) =>
      newestOf(
        [
          granted.map(grantedOf),
          grantedToo.map(grantedOf),
          refused.map(refusedOf),
          refusedToo.map(refusedOf),
        ],
        [audit.map(auditRowOf), auditToo.map(auditRowOf)],
      ),
  );
}

/** One statement for each index, which it reads in the order of times. */
export function traceStatements(reads: Reads, actor: Actor, { correlationId: id, before }: TraceRequest) {
  const isPlayer = actor.kind === 'player';
  const own = (player: typeof c.player | typeof r.player) =>
    isPlayer ? eq(player, numberOfActor('player', actor.id)) : undefined;
  const earlier = (time: Column) => (before === null ? undefined : lt(time, before));
  const granted = (of: SQL) => grantedStatement(reads, and(of, own(c.player), earlier(c.claimedAt)));
  const refused = (of: SQL) => refusedStatement(reads, and(of, own(r.player), earlier(r.refusedAt)));
  const audited = (of: SQL) => {
    const { recordedAt } = auditEvents;
    return auditStatement(reads, isPlayer ? sql`false` : and(of, earlier(recordedAt)));
  };
  // As the kernel stores it (09_write.sql).
  const sent = isPlayer ? sql`${numberOfActor('player', actor.id)}::text || '/' || ${id}` : id;
  return [
    granted(eq(c.clientCorrelationId, sent)),
    granted(ours(c.correlationId, id)),
    refused(eq(r.clientCorrelationId, sent)),
    refused(ours(r.correlationId, id)),
    audited(eq(auditEvents.clientCorrelationId, sent)),
    audited(ours(auditEvents.correlationId, id)),
  ] as const;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Our IDs are UUIDs. */
function ours(column: Column, id: string): SQL {
  return UUID.test(id) ? eq(column, id) : sql`false`;
}

/** From the moment on to which every list reaches back. */
function newestOf(
  attempts: readonly (readonly TracedClaim[])[],
  audits: readonly (readonly AuditRow[])[],
): TraceRow {
  const claims = inOrder(attempts, ({ claim }) => claim.claimedAt);
  const audit = inOrder(audits, ({ recordedAt }) => recordedAt);
  const earlier = [...claims.ends, ...audit.ends].toSorted().at(-1) ?? null;
  const isShown = ({ time }: Timed<unknown>) => earlier === null || time >= earlier;
  return {
    claims: claims.rows.filter(isShown).map(({ row }) => row),
    audit: audit.rows.filter(isShown).map(({ row }) => row),
    earlier,
  };
}

interface Timed<Row> {
  readonly row: Row;
  readonly time: string;
}

/** The rows of several lists by time (ISO 8601), and the moments up to which there may be more: those of full lists. */
function inOrder<Row>(
  lists: readonly (readonly Row[])[],
  timeOf: (row: Row) => string,
): { rows: readonly Timed<Row>[]; ends: readonly string[] } {
  const sorted = (rows: readonly Row[]) =>
    rows.map((row) => ({ row, time: timeOf(row) })).toSorted((a, b) => a.time.localeCompare(b.time));
  const all = sorted(lists.flat());
  const ends = [...lists.map(sorted), all].flatMap((rows) => rows.at(-MAX_TRACED)?.time ?? []);
  return { rows: all, ends };
}

interface AttemptRequest {
  readonly playerId: string;
  readonly idempotencyKey: string;
}

/** What became of an idempotency key of a player: at most one row. */
export function readAttempt(
  database: Database,
  actor: Actor,
  request: AttemptRequest,
): Promise<Authorised<TracedClaim | null>> {
  return readTogetherAs(
    database,
    actor,
    (reads) => attemptStatements(reads, request),
    ([[granted], [refused]]) => (granted ? grantedOf(granted) : refused ? refusedOf(refused) : null),
  );
}

export function attemptStatements(reads: Reads, { playerId, idempotencyKey }: AttemptRequest) {
  const player = numberOfActor('player', playerId);
  return [
    grantedStatement(reads, and(eq(c.idempotencyKey, idempotencyKey), eq(c.player, player))),
    refusedStatement(reads, and(eq(r.idempotencyKey, idempotencyKey), eq(r.player, player))),
  ] as const;
}

/** The newest, and those of the same moment as the last of them: the next page begins before it. */
const newestBy = (time: Column) => sql`${time} DESC FETCH FIRST (${MAX_TRACED}) ROWS WITH TIES`;

function grantedStatement(reads: Reads, condition: SQL | undefined) {
  const { player, number, claimedAt } = c;
  const found = reads
    .select({ player, number })
    .from(c)
    .where(condition)
    .orderBy(newestBy(claimedAt))
    .as('found');
  const claim = claimOfPlayer(reads, found.player, found.number);
  return reads
    .select({
      ...recordFields(claim, found.player, found.number),
      changes: changesOf(found.player, found.number),
      counterpartyChanges: changesOf(claim.counterparty, claim.counterpartyNumber),
    })
    .from(found)
    .innerJoinLateral(claim, sql`true`);
}

type Granted = RecordRow & Pick<TracedClaim, 'changes' | 'counterpartyChanges'>;

export function grantedOf({ changes, counterpartyChanges, ...record }: Granted): TracedClaim {
  return {
    claim: recordOf(record),
    changes,
    counterpartyChanges: record.counterpartyId === null ? null : counterpartyChanges,
    rejection: null,
    input: record.input,
  };
}

/** What to select of a refusal, for `refusedOf`. */
export function refusedFields() {
  return {
    playerId: idOf(r.player),
    handle: handleOf(r.player),
    operation: nameOf('operation', r.operation),
    type: r.claimType,
    key: r.claimKey,
    idempotencyKey: r.idempotencyKey,
    actorKind: kindOf(r.actor),
    actorId: idOf(r.actor),
    reason: r.reason,
    configVersion: r.configVersion,
    correlationId: r.correlationId,
    clientCorrelationId: r.clientCorrelationId,
    playerVersion: r.version,
    claimedAt: milliseconds(r.refusedAt),
    rejection: r.rejection,
    input: r.input,
  };
}

function refusedStatement(reads: Reads, condition: SQL | undefined) {
  return reads.select(refusedFields()).from(r).where(condition).orderBy(newestBy(r.refusedAt));
}

export type RefusedRow = Awaited<ReturnType<typeof refusedStatement>>[number];

/** The ID of a refused attempt is that of its request: only granted claims have a number. */
export function refusedOf({ handle, rejection, input, ...stored }: RefusedRow): TracedClaim {
  const actorKind = actorKindOf(stored.actorKind);
  const decoded = decodeRejection(rejection as StoredRejection, handle);
  const claim: ClaimRecord = {
    ...stored,
    id: stored.correlationId,
    actorKind,
    ...correlationOf(stored, actorKind),
    claimedAt: isoTime(stored.claimedAt),
    amountsVersion: null,
    counterpartyId: null,
    draws: [],
    paidWith: null,
    becamePending: false,
    chosen: chosenIn(stored.operation, input),
    combat: combatDetailOf(stored.operation, input),
    occurredAt: null,
    usedLimits: [],
    factsRead: decoded.kind === 'requirements_not_met' ? decoded.factsRead : null,
  };
  return {
    claim,
    changes: [],
    counterpartyChanges: null,
    rejection: decoded,
    input,
  };
}

function auditStatement(reads: Reads, condition: SQL | undefined) {
  return reads
    .select(auditFields())
    .from(auditEvents)
    .where(condition)
    .orderBy(newestBy(auditEvents.recordedAt));
}
