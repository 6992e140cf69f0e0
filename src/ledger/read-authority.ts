/**
 * Reading on behalf of an actor: staff and game servers are checked against their row in the same request as the read itself, so that
 * one who was disabled a moment ago reads nothing.
 */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { BatchItem, BatchResponse } from 'drizzle-orm/batch';
import type { Actor, StaffPermission } from '../domain/actor.ts';
import type { ForbiddenReason } from '../domain/outcome.ts';
import { type Database, queryDatabase, type Reads } from './database.ts';
import { numberOfActor } from './read-names.ts';
import { rolePermissions, staff } from './staff-tables.ts';

export type Authorised<T> =
  | { readonly kind: 'read'; readonly rows: T[] }
  /** `why`: of a game server. */
  | { readonly kind: 'forbidden'; readonly why?: ForbiddenReason }
  /** The staff member has read too many lists within a minute. */
  | { readonly kind: 'too_often' };

/** What a staff member needs to read anything but what other members did. */
const READ: StaffPermission = 'ledger:read';

/** A statement of Drizzle's builder. */
type Statement<Selected = unknown> = BatchItem<'pg'> & PromiseLike<Selected[]>;

/** Where the actor is a player, the statement must already be limited to what that player may see. */
export async function readAs<Selected, Row>(
  database: Database,
  actor: Actor,
  statementOf: (reads: Reads) => Statement<Selected>,
  rowOf: (selected: Selected) => Row,
  needs: StaffPermission = READ,
): Promise<Authorised<Row>> {
  const { reads } = database;
  const statement = statementOf(reads);
  if (actor.kind === 'player') {
    const rows = await queryDatabase(async () => await statement);
    return { kind: 'read', rows: rows.map(rowOf) };
  }
  if (actor.kind === 'server') {
    const [[check], rows] = await queryDatabase(() =>
      reads.batch([serverCheck(reads, actor), statement] as const),
    );
    if (check?.why != null) return { kind: 'forbidden', why: check.why };
    return { kind: 'read', rows: rows.map(rowOf) };
  }
  const [permitted, rows] = await queryDatabase(() =>
    reads.batch([permission(reads, actor.id, needs), statement] as const),
  );
  return permitted.length > 0 ? { kind: 'read', rows: rows.map(rowOf) } : { kind: 'forbidden' };
}

/** The same for several statements, whose rows make one. */
export async function readTogetherAs<const Statements extends readonly Statement[], Row>(
  database: Database,
  actor: Actor,
  statementsOf: (reads: Reads) => Statements,
  rowOf: (results: BatchResponse<Statements>) => Row,
  needs: StaffPermission = READ,
): Promise<Authorised<Row>> {
  const { reads } = database;
  const statements = statementsOf(reads);
  const checks = actor.kind === 'player' ? [] : [checkOf(reads, actor, needs)];
  const [first, ...rest] = [...checks, ...statements];
  if (first === undefined) throw new Error('nothing to read');
  const results: readonly unknown[][] = await queryDatabase(() => reads.batch([first, ...rest]));
  const [found] = results;
  if (actor.kind === 'staff' && found?.length === 0) return { kind: 'forbidden' };
  const why = actor.kind === 'server' ? (found?.[0] as ServerCheck).why : null;
  if (why !== null) return { kind: 'forbidden', why };
  const read = results.slice(checks.length) as BatchResponse<Statements>;
  return { kind: 'read', rows: [rowOf(read)] };
}

/** A list across players, as the audit records it. */
export interface AuditedList {
  /** The query, and what it was narrowed to. */
  readonly list: string;
  readonly filter: Readonly<Record<string, unknown>>;
  readonly needs: StaffPermission;
  readonly correlationId: string;
  readonly clientCorrelationId: string | null;
}

/** Reads a list across players for a staff member, with its audit row. Others read nothing. */
export async function readListAs<const Statements extends readonly Statement[], Row>(
  { reads }: Database,
  actor: Actor,
  list: AuditedList,
  statementsOf: (reads: Reads) => Statements,
  rowsOf: (results: BatchResponse<Statements>) => Row[],
): Promise<Authorised<Row>> {
  if (actor.kind !== 'staff') return { kind: 'forbidden' };
  const [audited, ...results]: readonly unknown[][] = await queryDatabase(() =>
    reads.batch([auditStatement(reads, actor.id, list), ...statementsOf(reads)]),
  );
  const [{ answer } = { answer: 'forbidden' }] = audited as { answer: string }[];
  if (answer === 'forbidden' || answer === 'too_often') return { kind: answer };
  return { kind: 'read', rows: rowsOf(results as unknown as BatchResponse<Statements>) };
}

export function auditStatement(reads: Reads, staffId: string, audited: AuditedList) {
  const { list, filter, needs, correlationId, clientCorrelationId } = audited;
  const answer = sql<string>`onceward.audit_list(${staffId}, ${needs}, ${list}, ${JSON.stringify(filter)}::jsonb,
    ${correlationId}::uuid, ${clientCorrelationId})`;
  return reads.select({ answer }).from(sql`(SELECT) AS one`);
}

/** Whether a staff member may read: registered, not disabled, and with a role that reads. */
export async function mayRead({ reads }: Database, id: string): Promise<boolean> {
  const permitted = await queryDatabase(async () => await permission(reads, id));
  return permitted.length > 0;
}

/** Whether a game server may ask for anything: it is not disabled, and registered where it must be. */
export async function mayServerAsk({ reads }: Database, actor: Actor): Promise<boolean> {
  const [check] = await queryDatabase(async () => await serverCheck(reads, actor));
  return check?.why === null;
}

/** A staff member as they see themselves, as `staff_json` makes it. */
export function readStaffMember<Shape>(database: Database, actor: Actor): Promise<Authorised<Shape>> {
  const statementOf = (reads: Reads) =>
    reads
      .select({ member: sql<unknown>`onceward.staff_json(${staff.actor})` })
      .from(staff)
      .where(eq(staff.actor, numberOfActor('staff', actor.id)));
  return readAs(database, actor, statementOf, ({ member }) => member as Shape);
}

/** One row: the staff member may read. */
function permission(reads: Reads, id: string, needs: StaffPermission = READ) {
  const held = and(eq(rolePermissions.role, staff.role), eq(rolePermissions.permission, needs));
  return reads
    .select({ role: staff.role })
    .from(staff)
    .innerJoin(rolePermissions, held)
    .where(and(eq(staff.actor, numberOfActor('staff', id)), isNull(staff.disabledAt)));
}

interface ServerCheck {
  readonly why: ForbiddenReason | null;
}

/** One row: why the game server may not ask; null: it may. */
function serverCheck(reads: Reads, { id, token, operation }: Actor) {
  const why = sql<ForbiddenReason | null>`onceward.why_not_read(${id}, ${token?.keyId ?? null}, ${operation ?? null})`;
  return reads.select({ why }).from(sql`(SELECT) AS one`);
}

function checkOf(reads: Reads, actor: Actor, needs: StaffPermission): Statement {
  return actor.kind === 'staff' ? permission(reads, actor.id, needs) : serverCheck(reads, actor);
}
