/**
 * Looks each minute whether the archive can be read, so that an alarm says so before a player's replay does: the end of both files of one
 * part, another one each time.
 */
import { type ArchiveBucket, type ArchiveFile, archiveName } from './archive-files.ts';
import { type Database, queryDatabase } from './database.ts';

/** The last bytes of every Parquet file. A file that is missing, shorter or longer does not have them in this place. */
const MAGIC = 'PAR1';

interface WatchedPart {
  readonly no: number;
  readonly claimsSha256: string;
  readonly claimsBytes: number;
  readonly entriesSha256: string;
  readonly entriesBytes: number;
}

/** Raises the alarm `archive`, or clears it. Without archived claims there is nothing to read. */
export async function watchArchive(database: Database): Promise<void> {
  const part = await partToWatch(database);
  if (part) await report(database, part.no, await problemOf(database.archive, part));
}

async function partToWatch({ sql: neon }: Database): Promise<WatchedPart | undefined> {
  const rows = await queryDatabase(() =>
    neon.query(
      `SELECT p.no, encode(p.claims_sha256, 'hex') AS "claimsSha256", p.claims_bytes::float8 AS "claimsBytes",
              encode(p.entries_sha256, 'hex') AS "entriesSha256", p.entries_bytes::float8 AS "entriesBytes"
         FROM onceward.archive_parts p WHERE p.restored_at IS NULL ORDER BY random() LIMIT 1`,
    ),
  );
  return (rows as WatchedPart[])[0];
}

/** Null: both files are there. */
async function problemOf(archive: ArchiveBucket | null, part: WatchedPart): Promise<string | null> {
  if (!archive) return 'the binding ARCHIVE is missing';
  const files: readonly [ArchiveFile, string, number][] = [
    ['claims', part.claimsSha256, part.claimsBytes],
    ['entries', part.entriesSha256, part.entriesBytes],
  ];
  for (const [file, sha256, bytes] of files)
    if (!(await endsAsWritten(archive, archiveName(part.no, file, sha256), bytes)))
      return `the file of ${file} cannot be read`;
  return null;
}

async function endsAsWritten(archive: ArchiveBucket, name: string, bytes: number): Promise<boolean> {
  const range = { offset: bytes - MAGIC.length, length: MAGIC.length };
  try {
    const object = await archive.get(name, { range });
    return object !== null && new TextDecoder().decode(await object.arrayBuffer()) === MAGIC;
  } catch {
    return false;
  }
}

async function report({ sql: neon }: Database, part: number, problem: string | null): Promise<void> {
  await queryDatabase(() =>
    neon.query('SELECT onceward.report_archive($1::integer, $2::text)', [part, problem]),
  );
}
