/** `npm run archive`: moves old claims and their entries out of the database, into Parquet files. docs/retention.md describes it. */
import { userInfo } from 'node:os';
import type pg from 'pg';
import { archivePart, type Manifest, type ReachedStep } from './archive/part.ts';
import { type Old, oldClaims, slicesOf } from './archive/slices.ts';
import { type ArchiveStore, openStore } from './archive/store.ts';
import { type Command, type Output, ownerDatabaseUrl, parseArguments, runAsProcess } from './command-line.ts';
import { withClient } from './connect.ts';
import { progressBar } from './progress.ts';

const DEFAULT_CLAIMS = 5_000;

const HELP = `npm run archive -- --to DIR|r2:BUCKET [--older-than 3y] [--dry-run] [--claims N] [--local-r2 DIR] [--database-url URL]

Moves claims of players and their entries into Parquet files, oldest first, a part at a time. Each part is written, read back and
compared before its rows leave the database, all in one transaction. Ended anywhere, the command is run again and goes on. Replays of
archived keys are answered from R2: bind the bucket to the Worker as ARCHIVE. docs/retention.md has the details.

  --to PLACE           a directory, or an R2 bucket through wrangler and its login
  --older-than AGE     1100d, 36m or 3y; at least settings.archive_after_days, which is the default
  --dry-run            say what would be archived, and change nothing
  --claims N           the claims of a part (default: ${DEFAULT_CLAIMS}). Players of a part wait while it leaves: less than a second
  --local-r2 DIR       the stand-in for R2 of wrangler dev in this directory, instead of Cloudflare
  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)`;

const OPTIONS = {
  to: { type: 'string' },
  'older-than': { type: 'string' },
  'dry-run': { type: 'boolean' },
  claims: { type: 'string' },
  'local-r2': { type: 'string' },
  'database-url': { type: 'string' },
} as const;

export const archiveCommand: Command = async (args, output) => {
  const { values } = parseArguments({ help: HELP, options: OPTIONS, args });
  const most = Number(values.claims ?? DEFAULT_CLAIMS);
  if (!Number.isInteger(most) || most < 1) throw new Error('--claims must be a whole number of 1 or more.');
  if (!values.to) throw new Error('Name where the archive is: --to DIR or --to r2:BUCKET.');
  const store = openStore({ place: values.to, localR2: values['local-r2'] });
  const url = await ownerDatabaseUrl(values['database-url']);
  return await withClient(url, async (client) => {
    const before = await cutoffOf(client, values['older-than']);
    const old = await oldClaims(client, before);
    output.log(
      `${old.claims} claims of players were made before ${before.toISOString()}, on ${old.days.length} days.`,
    );
    if (values['dry-run']) return 0;
    const archived = await archiveOld({ client, store, output, most }, old, before);
    output.log(summary(archived, store));
    return 0;
  });
};

export interface ArchiveRun {
  readonly client: pg.Client;
  readonly store: ArchiveStore;
  readonly output: Output;
  /** The claims of a part. */
  readonly most: number;
  readonly reached?: (step: ReachedStep) => Promise<void> | void;
}

/** One run at a time. Returns the manifests of its parts. */
export async function archiveOld(
  { client, store, output, most, reached }: ArchiveRun,
  old: Old,
  before: Date,
): Promise<Manifest[]> {
  const { rows } = await client.query(LOCK);
  if (!rows[0].locked) throw new Error('Another session archives or restores this database.');
  const bar = progressBar('archiving claims', old.claims, output.progress);
  const manifests: Manifest[] = [];
  let done = 0;
  for await (const slice of slicesOf(client, old, { before, most })) {
    const part = await nextPart(client);
    const manifest = await archivePart(
      { client, store, operator: userInfo().username, reached },
      part,
      slice,
    );
    manifests.push(manifest);
    done += manifest.files.claims.rows;
    bar.show(done);
  }
  bar.end();
  await client.query('SELECT pg_advisory_unlock_all()');
  return manifests;
}

/** Held until the session ends. */
export const LOCK = `SELECT pg_try_advisory_lock(hashtextextended('onceward archive', 0)) AS locked`;

/** Of a part that was not moved, the number is used again; its files have names of their own. */
async function nextPart(client: pg.Client): Promise<number> {
  const { rows } = await client.query('SELECT coalesce(max(no), 0) + 1 AS no FROM onceward.archive_parts');
  return rows[0].no;
}

const AGE = /^(\d{1,4})([dmy])$/;
const UNITS = { d: 'days', m: 'months', y: 'years' };

async function cutoffOf(client: pg.Client, age: string | undefined): Promise<Date> {
  const [, count, unit] = AGE.exec(age ?? '') ?? [];
  if (age !== undefined && !count)
    throw new Error('--older-than is a number of days, months or years, such as 1100d, 36m or 3y.');
  const interval = count ? `${count} ${UNITS[unit as keyof typeof UNITS]}` : null;
  const { rows } = await client.query(
    `SELECT date_trunc('milliseconds', now() - coalesce($1::interval, k.least)) AS before,
            now() - k.least >= now() - coalesce($1::interval, k.least) AS allowed, s.archive_after_days AS days
       FROM onceward.settings s, LATERAL (SELECT s.archive_after_days * interval '1 day' AS least) AS k`,
    [interval],
  );
  const { before, allowed, days } = rows[0];
  if (!allowed)
    throw new Error(`Claims of the last ${days} days stay in the database (settings.archive_after_days).`);
  return before;
}

function summary(parts: readonly Manifest[], store: ArchiveStore): string {
  const total = (of: (manifest: Manifest) => number) => parts.reduce((sum, part) => sum + of(part), 0);
  const bytes = total(({ files }) => files.claims.bytes + files.entries.bytes);
  return `${total(({ files }) => files.claims.rows)} claims and ${total(({ files }) => files.entries.rows)} entries are in ${store.place}: ${parts.length} parts, ${(bytes / 1e6).toFixed(1)} MB.`;
}

if (import.meta.main) await runAsProcess(archiveCommand);
