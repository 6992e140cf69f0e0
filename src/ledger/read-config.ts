/** Published balance configs: the source of truth behind KV, for the loader (src/config/load.ts) and for staff. */
import { type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import { askDatabase, type Database } from './database.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { balanceConfigs as b } from './tables.ts';

export interface PublishedConfigRow {
  readonly version: number;
  readonly sha256: string;
  readonly document: unknown;
  readonly publishedBy: string;
  readonly publishedAt: string;
  readonly reason: string | null;
}

/** For the loader, which acts for nobody. Null: there is no such version. */
export async function readPublishedConfig(
  { db }: Database,
  which: number | 'current',
): Promise<PublishedConfigRow | null> {
  const { rows } = await askDatabase(() => db.execute<{ row: PublishedConfigRow }>(statement(which)));
  return rows[0]?.row ?? null;
}

export async function readConfigAs(
  database: Database,
  actor: Actor,
  which: number | 'current',
): Promise<Authorised<PublishedConfigRow>> {
  const result = await readAs<{ row: PublishedConfigRow }>(database, actor, statement(which));
  return result.kind === 'read' ? { kind: 'read', rows: result.rows.map(({ row }) => row) } : result;
}

function statement(which: number | 'current'): SQL {
  const condition = which === 'current' ? sql`` : sql`WHERE ${b.version} = ${which}`;
  return sql`SELECT jsonb_build_object(
               'version', ${b.version}, 'sha256', ${b.sha256}, 'document', ${b.document}, 'publishedBy', ${b.publishedBy},
               'publishedAt', onceward.iso_utc(${b.publishedAt}), 'reason', ${b.reason}) AS row
             FROM ${b} ${condition} ORDER BY ${b.version} DESC LIMIT 1`;
}
