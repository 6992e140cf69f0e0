/** Published balance configs: the source of truth behind KV, for the loader (src/config/load.ts) and for staff. */
import { desc, lte, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import { type Database, queryDatabase, type Reads } from './database.ts';
import { balanceConfigs } from './operations-tables.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { idOf } from './read-names.ts';

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
  { reads }: Database,
  which: number | 'current',
): Promise<PublishedConfigRow | null> {
  const [found] = await queryDatabase(async () => await configStatement(reads, which));
  return found ? rowOf(found) : null;
}

interface VersionPointer {
  readonly version: number;
  readonly sha256: string;
}

/** The current version, and the one that is scheduled with its moment (ISO 8601, UTC). Null: nothing is current. */
export async function readPublishedVersions({
  reads,
}: Database): Promise<
  (VersionPointer & { readonly next?: VersionPointer & { readonly from: string } }) | null
> {
  const { version, sha256, effectiveFrom } = balanceConfigs;
  const since = sql`(SELECT max(c.effective_from) FROM ${balanceConfigs} AS c WHERE c.effective_from <= now())`;
  const rows = await queryDatabase(
    async () =>
      await reads
        .select({ version, sha256, from: effectiveFrom })
        .from(balanceConfigs)
        .where(sql`${effectiveFrom} >= ${since} AND ${effectiveFrom} < 'infinity'`)
        .orderBy(effectiveFrom, version),
  );
  const [current, next] = rows;
  if (!current) return null;
  const { from: _, ...pointer } = current;
  return { ...pointer, ...(next && { next: { ...next, from: next.from.toISOString() } }) };
}

/** Whether the database answers, with the schema and role that operations need. Throws if not. */
export async function askLedger({ reads }: Database): Promise<true> {
  const { version } = balanceConfigs;
  await queryDatabase(async () => await reads.select({ version }).from(balanceConfigs).limit(1));
  return true;
}

export function readConfigAs(
  database: Database,
  actor: Actor,
  which: number | 'current',
): Promise<Authorised<PublishedConfigRow>> {
  return readAs(database, actor, (reads) => configStatement(reads, which), rowOf);
}

function configStatement(reads: Reads, which: number | 'current') {
  const { version, sha256, document, publisher, publishedAt, reason, effectiveFrom } = balanceConfigs;
  return (
    reads
      .select({ version, sha256, document, publishedBy: idOf(publisher), publishedAt, reason })
      .from(balanceConfigs)
      // A caller may ask for a version that no integer column holds.
      .where(which === 'current' ? lte(effectiveFrom, sql`now()`) : sql`${version} = ${which}::bigint`)
      .orderBy(desc(effectiveFrom), desc(version))
      .limit(1)
  );
}

type Selected = Awaited<ReturnType<typeof configStatement>>[number];

function rowOf({ publishedAt, ...config }: Selected): PublishedConfigRow {
  return { ...config, publishedAt: publishedAt.toISOString() };
}
