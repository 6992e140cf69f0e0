/** Everything recorded under a correlation ID, ours or the caller's: what was granted and refused under it, and the audit. */
import { and, type Column, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import type { ChangeRecord, ClaimRecord } from '../domain/outcome.ts';
import type { Rejection, StoredRejection } from '../domain/rejections.ts';
import type { Database, Reads } from './database.ts';
import { decodeRejection } from './decode-outcome.ts';
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

/** One correlation ID is one request. Of an ID that a caller uses again and again, the newest are shown. */
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
}

/** One row, always. Players see what they requested themselves, and no audit. */
export function readTrace(
  database: Database,
  actor: Actor,
  correlationId: string,
): Promise<Authorised<TraceRow>> {
  return readTogetherAs(
    database,
    actor,
    (reads) => traceStatements(reads, actor, correlationId),
    ([granted, grantedToo, refused, refusedToo, audit, auditToo]) => {
      const claims = [
        ...[...granted, ...grantedToo].map(grantedOf),
        ...[...refused, ...refusedToo].map(refusedOf),
      ];
      return {
        claims: newestOf(claims, ({ claim }) => claim.claimedAt),
        audit: newestOf([...audit, ...auditToo].map(auditRowOf), ({ recordedAt }) => recordedAt),
      };
    },
  );
}

/** One statement for each index. */
export function traceStatements(reads: Reads, actor: Actor, id: string) {
  const isPlayer = actor.kind === 'player';
  const own = (player: typeof c.player | typeof r.player) =>
    isPlayer ? eq(player, numberOfActor('player', actor.id)) : undefined;
  const audited = (condition: SQL) => auditStatement(reads, isPlayer ? sql`false` : condition);
  return [
    grantedStatement(reads, eq(c.clientCorrelationId, id), own(c.player)),
    grantedStatement(reads, ours(c.correlationId, id), own(c.player)),
    refusedStatement(reads, eq(r.clientCorrelationId, id), own(r.player)),
    refusedStatement(reads, ours(r.correlationId, id), own(r.player)),
    audited(eq(auditEvents.clientCorrelationId, id)),
    audited(ours(auditEvents.correlationId, id)),
  ] as const;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Our IDs are UUIDs. */
function ours(column: Column, id: string): SQL {
  return UUID.test(id) ? eq(column, id) : sql`false`;
}

/** In the order of their times (ISO 8601). */
function newestOf<Row>(rows: readonly Row[], timeOf: (row: Row) => string): Row[] {
  return rows.toSorted((a, b) => timeOf(a).localeCompare(timeOf(b))).slice(-MAX_TRACED);
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
    grantedStatement(reads, eq(c.idempotencyKey, idempotencyKey), eq(c.player, player)),
    refusedStatement(reads, eq(r.idempotencyKey, idempotencyKey), eq(r.player, player)),
  ] as const;
}

function grantedStatement(reads: Reads, condition: SQL, own: SQL | undefined) {
  const { player, number, claimedAt } = c;
  const found = reads
    .select({ player, number })
    .from(c)
    .where(and(condition, own))
    .orderBy(desc(claimedAt))
    .limit(MAX_TRACED)
    .as('found');
  const claim = claimOfPlayer(reads, found.player, found.number);
  return reads
    .select({
      ...recordFields(claim, found.player, found.number),
      changes: changesOf(found.player, found.number),
      counterpartyChanges: changesOf(claim.counterparty, claim.counterpartyNumber),
      input: claim.input,
    })
    .from(found)
    .innerJoinLateral(claim, sql`true`);
}

type Granted = RecordRow & Pick<TracedClaim, 'changes' | 'counterpartyChanges' | 'input'>;

function grantedOf({ changes, counterpartyChanges, input, ...record }: Granted): TracedClaim {
  return {
    claim: recordOf(record),
    changes,
    counterpartyChanges: record.counterpartyId === null ? null : counterpartyChanges,
    rejection: null,
    input,
  };
}

function refusedStatement(reads: Reads, condition: SQL, own: SQL | undefined) {
  const fields = {
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
  return reads.select(fields).from(r).where(and(condition, own)).orderBy(desc(r.refusedAt)).limit(MAX_TRACED);
}

type Refused = Awaited<ReturnType<typeof refusedStatement>>[number];

/** The ID of a refused attempt is that of its request: only granted claims have a number. */
function refusedOf({ handle, rejection, input, clientCorrelationId, ...stored }: Refused): TracedClaim {
  const claim: ClaimRecord = {
    ...stored,
    id: stored.correlationId,
    actorKind: actorKindOf(stored.actorKind),
    correlationId: clientCorrelationId ?? stored.correlationId,
    claimedAt: isoTime(stored.claimedAt),
    amountsVersion: null,
    counterpartyId: null,
    draws: [],
    occurredAt: null,
  };
  return {
    claim,
    changes: [],
    counterpartyChanges: null,
    rejection: decodeRejection(rejection as StoredRejection, handle),
    input,
  };
}

function auditStatement(reads: Reads, condition: SQL) {
  return reads
    .select(auditFields())
    .from(auditEvents)
    .where(condition)
    .orderBy(desc(auditEvents.recordedAt))
    .limit(MAX_TRACED);
}
