/** Pages of everything about one player, for staff (drizzle/kernel/80_export.sql). */
import { sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import { type Database, queryDatabase } from './database.ts';
import type { AuditedList, Authorised } from './read-authority.ts';

/** The most rows of a page. A page also ends at two million characters. */
export const EXPORT_PAGE = 1_000;

/** Where a page goes on: the export that the audit has, the section, and the keys of the last row before. */
export interface ExportPosition {
  /** A UUID. */
  readonly export: string;
  readonly place: number;
  readonly keys: readonly string[];
}

export interface ExportPage {
  readonly sections: readonly { readonly section: string; readonly rows: readonly unknown[] }[];
  /** Null: it is the last page. */
  readonly next: string | null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_KEYS = 4;

/** Bytes in between: a key may have any character. */
const encode = (value: unknown) => btoa(encodeURIComponent(JSON.stringify(value)));

/** Null: not a cursor of an export. */
export function exportPosition(cursor: string): ExportPosition | null {
  try {
    const [list, id, place, ...keys] = JSON.parse(decodeURIComponent(atob(cursor))) as unknown[];
    const isPlace = Number.isInteger(place) && Number(place) >= 1 && Number(place) <= 1_000;
    const areKeys =
      keys.length >= 1 && keys.length <= MAX_KEYS && keys.every((key) => typeof key === 'string');
    if (list !== 'export' || !UUID.test(String(id)) || !isPlace || !areKeys) return null;
    return { export: String(id), place: Number(place), keys: keys as string[] };
  } catch {
    return null;
  }
}

interface ExportRequest {
  /** Whom an export begins with; otherwise `after`. */
  readonly playerId: string | null;
  readonly after: ExportPosition | null;
  readonly first: number;
}

/** One row, which is the page; none: there is no such player, or the audit has no such export of this staff member. */
export async function readExport(
  { reads }: Database,
  actor: Actor,
  { needs, correlationId, clientCorrelationId }: AuditedList,
  { playerId, after, first }: ExportRequest,
): Promise<Authorised<ExportPage>> {
  if (actor.kind !== 'staff') return { kind: 'forbidden' };
  const { export: id, place, keys } = after ?? { export: correlationId, place: 1, keys: null };
  const page = sql<KernelExportPage>`onceward.export_page(${actor.id}, ${needs}, ${id}::uuid, ${clientCorrelationId},
    ${playerId}, ${place}::integer, ${keys && sql.param(keys)}::text[], ${first}::integer)`;
  const [row] = await queryDatabase(async () => await reads.select({ page }).from(sql`(SELECT) AS one`));
  const answer = row?.page as KernelExportPage;
  if (answer.kind === 'unknown') return { kind: 'read', rows: [] };
  if (answer.kind !== 'page') return { kind: answer.kind };
  const { sections, next } = answer.page;
  return {
    kind: 'read',
    rows: [{ sections, next: next && encode(['export', id, next[0], ...next[1]]) }],
  };
}

type KernelExportPage =
  | { readonly kind: 'forbidden' | 'too_often' | 'unknown' }
  | {
      readonly kind: 'page';
      readonly page: Pick<ExportPage, 'sections'> & { readonly next: readonly [number, string[]] | null };
    };
