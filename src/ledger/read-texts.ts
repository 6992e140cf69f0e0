/** Published translations: the source of truth behind KV, for the loader (src/config/load-texts.ts). */
import { eq, sql } from 'drizzle-orm';
import { type Database, queryDatabase } from './database.ts';
import { catalogueTexts } from './operations-tables.ts';

/** The current version of each language. */
export async function readTextsIndex({
  reads,
}: Database): Promise<Record<string, { readonly version: number; readonly sha256: string }>> {
  const { language, version, sha256 } = catalogueTexts;
  const rows = await queryDatabase(
    async () =>
      await reads
        .selectDistinctOn([language], { language, version, sha256 })
        .from(catalogueTexts)
        .orderBy(language, sql`${version} DESC`),
  );
  return Object.fromEntries(rows.map((row) => [row.language, { version: row.version, sha256: row.sha256 }]));
}

/** Null: there is no such version. */
export async function readTexts({ reads }: Database, which: number): Promise<unknown> {
  const { version, document } = catalogueTexts;
  const rows = await queryDatabase(
    async () => await reads.select({ document }).from(catalogueTexts).where(eq(version, which)),
  );
  return rows[0]?.document ?? null;
}
