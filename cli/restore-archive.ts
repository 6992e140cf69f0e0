/** `npm run archive:restore`: puts archived claims back into the database, or verifies the files. docs/retention.md describes it. */
import { userInfo } from 'node:os';
import type pg from 'pg';
import { type ArchiveFile, archiveName, type StoredRow, withNames } from '../src/ledger/archive-files.ts';
import { readVerified } from './archive/part.ts';
import { type ArchiveStore, openStore } from './archive/store.ts';
import { LOCK } from './archive.ts';
import { type Command, ownerDatabaseUrl, parseArguments, runAsProcess } from './command-line.ts';
import { withClient } from './connect.ts';
import { progressBar } from './progress.ts';

const HELP = `npm run archive:restore -- --from DIR|r2:BUCKET --all | --player ID | --check [--local-r2 DIR] [--database-url URL]

Puts archived claims and their entries back, newest first, a part at a time and each in one transaction, after the SHA-256 of its
files was compared. Ended anywhere, the command is run again and goes on. The files stay.

  --from PLACE         where npm run archive wrote them
  --all                of all players
  --player ID          of one player. Entries of other players in transfers with them stay archived
  --check              read all files of parts that are archived, compare them, and change nothing
  --local-r2 DIR       as of npm run archive
  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)`;

const OPTIONS = {
  from: { type: 'string' },
  all: { type: 'boolean' },
  player: { type: 'string' },
  check: { type: 'boolean' },
  'local-r2': { type: 'string' },
  'database-url': { type: 'string' },
} as const;

export const restoreCommand: Command = async (args, { log, progress }) => {
  const { values } = parseArguments({ help: HELP, options: OPTIONS, args });
  const chosen = [values.all, values.player !== undefined, values.check].filter(Boolean).length;
  if (!values.from || chosen !== 1)
    throw new Error('Name where the archive is (--from), and one of --all, --player and --check.');
  const store = openStore({ place: values.from, localR2: values['local-r2'] });
  const url = await ownerDatabaseUrl(values['database-url']);
  return await withClient(url, async (client) => {
    const { rows } = await client.query(LOCK);
    if (!rows[0].locked) throw new Error('Another session archives or restores this database.');
    const only = values.player === undefined ? null : await numberOf(client, values.player);
    const parts = await partsOf(client, only);
    const bar = progressBar(values.check ? 'checking parts' : 'restoring parts', parts.length, progress);
    let [claims, done] = [0, 0];
    for (const group of togetherInTime(parts)) {
      const files = await readParts(store, group);
      claims += values.check ? files.claims.length : await restoreParts(client, group, files, only);
      done += group.length;
      bar.show(done);
    }
    bar.end();
    log(`${claims} claims in ${parts.length} parts were ${values.check ? 'checked' : 'put back'}.`);
    return 0;
  });
};

async function numberOf(client: pg.Client, id: string): Promise<string> {
  const { rows } = await client.query('SELECT no FROM onceward.actors WHERE id = $1 AND kind = 1', [id]);
  if (!rows[0]) throw new Error('There is no such player.');
  return rows[0].no;
}

interface Part {
  readonly no: number;
  readonly claims: number;
  readonly entries: number;
  readonly claims_sha256: string;
  readonly entries_sha256: string;
  readonly claimed_from: Date;
  readonly claimed_until: Date;
}

/** Those that have something to put back, the newest first. */
async function partsOf(client: pg.Client, only: string | null): Promise<Part[]> {
  const { rows } = await client.query<Part>(
    `SELECT no, claims, entries, encode(claims_sha256, 'hex') AS claims_sha256,
            encode(entries_sha256, 'hex') AS entries_sha256, claimed_from, claimed_until
       FROM onceward.archive_parts
      WHERE restored_at IS NULL AND claims > 0 AND ($1::bigint IS NULL OR no IN (
        SELECT z.part FROM onceward.actors a JOIN onceward.archived_claims z
            ON z.player = a.no AND z.number <= a.archived WHERE a.no = $1
        UNION ALL
        SELECT z.part FROM onceward.actors a JOIN onceward.archived_claims z
            ON z.counterparty = a.no AND z.counterparty_number <= a.archived WHERE a.no = $1))
      ORDER BY claimed_from DESC, no DESC`,
    [only],
  );
  return rows;
}

type Files = Readonly<Record<ArchiveFile, readonly StoredRow[]>>;

/** Parts of the same time are one group. A part that was archived again lies within one that is older (slices.ts). */
function togetherInTime(parts: readonly Part[]): Part[][] {
  const groups: Part[][] = [];
  for (const part of parts) {
    const group = groups.at(-1);
    if (group?.some(({ claimed_from: from }) => part.claimed_until > from)) group.push(part);
    else groups.push([part]);
  }
  return groups;
}

/** What was archived again is in two files. */
async function readParts(store: ArchiveStore, parts: readonly Part[]): Promise<Files> {
  const files = { claims: new Map<string, StoredRow>(), entries: new Map<string, StoredRow>() };
  for (const part of parts)
    for (const file of ['claims', 'entries'] as const) {
      const sha256 = part[`${file}_sha256`];
      const name = archiveName(part.no, file, sha256);
      for (const row of await readVerified(store, file, { name, sha256, rows: part[file] }))
        files[file].set(`${row.player}/${row.number}/${row.ordinal}`, row);
    }
  return { claims: [...files.claims.values()], entries: [...files.entries.values()] };
}

async function restoreParts(
  client: pg.Client,
  parts: readonly Part[],
  { claims, entries }: Files,
  only: string | null,
): Promise<number> {
  const stored = { claims: await named(client, claims), entries };
  const { rows } = await client.query('SELECT onceward.restore_parts($1, $2, $3, $4) AS claims', [
    parts.map(({ no }) => no),
    only,
    JSON.stringify(stored),
    userInfo().username,
  ]);
  return rows[0].claims;
}

/** The claims with the IDs that their actors have now. */
async function named(client: pg.Client, claims: readonly StoredRow[]): Promise<StoredRow[]> {
  const numbers = claims.flatMap(({ player, actor, counterparty }) => [player, actor, counterparty ?? 0]);
  const { rows } = await client.query<{ no: string; id: string }>(
    'SELECT no, id FROM onceward.actors WHERE no = ANY ($1)',
    [[...new Set(numbers)]],
  );
  const ids = new Map(rows.map(({ no, id }) => [Number(no), id]));
  const idOf = (no: unknown) => ids.get(no as number) as string;
  return claims.map((claim) => {
    const { player, actor, counterparty } = claim;
    const names = {
      player: idOf(player),
      actor: idOf(actor),
      counterparty: counterparty === null ? null : idOf(counterparty),
    };
    return { ...claim, input: withNames(claim.input, names) };
  });
}

if (import.meta.main) await runAsProcess(restoreCommand);
