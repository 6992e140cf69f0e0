/** Published balance configs: the source of truth behind KV, for the loader (src/config/load.ts) and for staff. */
import type { Actor } from '../domain/actor.ts';
import { type Database, readRows } from './database.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { type Sql, sql } from './sql.ts';

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
  database: Database,
  which: number | 'current',
): Promise<PublishedConfigRow | null> {
  const [found] = await readRows<{ row: PublishedConfigRow }>(database, statement(which));
  return found?.row ?? null;
}

export function readConfigAs(
  database: Database,
  actor: Actor,
  which: number | 'current',
): Promise<Authorised<PublishedConfigRow>> {
  return readAs<PublishedConfigRow>(database, actor, statement(which));
}

function statement(which: number | 'current'): Sql {
  const condition = which === 'current' ? sql`` : sql`WHERE b.version = ${which}`;
  return sql`SELECT jsonb_build_object(
               'version', b.version, 'sha256', b.sha256, 'document', b.document, 'publishedBy', b.published_by,
               'publishedAt', onceward.iso_utc(b.published_at), 'reason', b.reason) AS row
             FROM onceward.balance_configs b ${condition} ORDER BY b.version DESC LIMIT 1`;
}
