/** Pages of proposals, lists, campaigns, undos, erasures, batches of codes and endpoints, newest first, and of the rows of a campaign that gave nothing. */
import { and, eq, inArray, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { Actor, StaffPermission } from '../domain/actor.ts';
import { campaignRows, campaigns, listRows, lists } from './campaign-tables.ts';
import type { Database, Reads } from './database.ts';
import { endpoints } from './endpoint-tables.ts';
import { erasures } from './erasure-tables.ts';
import { proposals } from './operations-tables.ts';
import { decodeCursor, encodeCursor, type PageOrder, type PageRequest, pageOf } from './page.ts';
import { type AuditedList, type Authorised, readAs, readListAs } from './read-authority.ts';
import { idOf, numberOfActor } from './read-names.ts';
import { rolePermissions, staff } from './staff-tables.ts';
import { codeBatches } from './state-tables.ts';
import { undos } from './undo-tables.ts';

const TABLES = {
  proposal: proposals,
  list: lists,
  campaign: campaigns,
  undo: undos,
  erasure: erasures,
  code_batch: codeBatches,
  endpoint: endpoints,
} as const;
export type RecordKind = keyof typeof TABLES;
/** What staff need to read records of a kind; left out: `ledger:read`. */
const NEEDS: Partial<Record<RecordKind, StaffPermission>> = {
  undo: 'ledger:search',
  erasure: 'staff:read',
  endpoint: 'event:manage',
};

const orderOf = (kind: RecordKind): PageOrder => ({ list: kind, direction: 'descending', width: 1 });

export function recordCursor(kind: RecordKind) {
  return ({ no }: Numbered): string => encodeCursor(kind, [no]);
}

export function isRecordCursor(kind: RecordKind) {
  return (cursor: string): boolean => decodeCursor(orderOf(kind), cursor) !== null;
}

/** By the number of its row, which a cursor holds. */
export interface Numbered {
  readonly no: number;
}

export interface RecordsRequest {
  readonly kind: RecordKind;
  /** Of proposals: only those that can still be approved or executed. */
  readonly waiting?: boolean;
  /** Of erasures: only those of who had the ID with this digest. */
  readonly digest?: string;
  /** Only this one. */
  readonly id?: number;
  /** Cursors must have been checked with `isRecordCursor`. */
  readonly page: PageRequest;
}

/** Each as the kernel's function for its kind makes it, such as `campaign_json`. */
export function readRecords<Shape>(
  database: Database,
  actor: Actor,
  request: RecordsRequest,
): Promise<Authorised<Shape & Numbered>> {
  const rowOf = ({ no, record }: Numbered & { readonly record: unknown }) => ({ ...(record as Shape), no });
  return readAs(
    database,
    actor,
    (reads) => recordsStatement(reads, actor, request),
    rowOf,
    NEEDS[request.kind],
  );
}

const SEES_STAFF: StaffPermission = 'staff:read';

/** Changes of staff are for those who may see staff. */
function maySee({ id }: Actor): SQL {
  const held = and(eq(rolePermissions.role, staff.role), eq(rolePermissions.permission, SEES_STAFF));
  const sees = sql`(SELECT 1 FROM ${staff} INNER JOIN ${rolePermissions} ON ${held}
    WHERE ${staff.actor} = ${numberOfActor('staff', id)})`;
  return sql`(${proposals.kind} NOT LIKE 'staff.%' OR EXISTS ${sees})`;
}

function recordsStatement(
  reads: Reads,
  actor: Actor,
  { kind, waiting = false, digest, id, page }: RecordsRequest,
) {
  const table = TABLES[kind];
  const { within, orderBy } = pageOf(orderOf(kind), [table.no], page);
  const stillWaits: SQL | undefined = waiting
    ? and(inArray(proposals.state, ['open', 'approved']), sql`${proposals.expiresAt} > now()`)
    : undefined;
  const isOne = id === undefined ? undefined : eq(table.no, id);
  const isOf = digest === undefined ? undefined : eq(erasures.digest, digest);
  return reads
    .select({
      no: sql<number>`${table.no}`.mapWith(Number),
      record: sql<unknown>`onceward.${sql.raw(kind)}_json(${table.no})`,
    })
    .from(table)
    .where(and(kind === 'proposal' ? maySee(actor) : undefined, stillWaits, isOne, isOf, ...within))
    .orderBy(...orderBy)
    .limit(page.limit);
}

export interface RefusedRow {
  readonly line: number;
  readonly playerId: string;
  readonly why: string;
}

const ROWS: PageOrder = { list: 'campaign-rows', direction: 'ascending', width: 1 };
export const refusedRowCursor = ({ line }: RefusedRow): string => encodeCursor(ROWS.list, [line]);
export const isRefusedRowCursor = (cursor: string): boolean => decodeCursor(ROWS, cursor) !== null;

/** The rows of a campaign that gave nothing, in the order of the list. They name players, so each page is audited. */
export function readRefusedRows(
  database: Database,
  actor: Actor,
  list: AuditedList,
  request: { readonly campaignId: number; readonly page: PageRequest },
): Promise<Authorised<RefusedRow>> {
  return readListAs(
    database,
    actor,
    list,
    (reads) => [refusedRowsStatement(reads, request)] as const,
    ([rows]) => rows.map(({ why, ...row }) => ({ ...row, why: why ?? '' })),
  );
}

function refusedRowsStatement(
  reads: Reads,
  { campaignId, page }: { readonly campaignId: number; readonly page: PageRequest },
) {
  const { within, orderBy } = pageOf(ROWS, [campaignRows.line], page);
  const ofCampaign = eq(campaigns.no, campaignRows.campaign);
  const ofRow = and(eq(listRows.list, campaigns.list), eq(listRows.line, campaignRows.line));
  return reads
    .select({ line: campaignRows.line, playerId: idOf(listRows.player), why: campaignRows.why })
    .from(campaignRows)
    .innerJoin(campaigns, ofCampaign)
    .innerJoin(listRows, ofRow)
    .where(and(eq(campaignRows.campaign, campaignId), isNotNull(campaignRows.why), ...within))
    .orderBy(...orderBy)
    .limit(page.limit);
}
