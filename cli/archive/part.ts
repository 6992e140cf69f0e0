/**
 * One part of the archive. Order: write its files, read them back and compare, write the manifest, then move the rows in one
 * transaction (drizzle/kernel/84_archive.sql). Killed anywhere before the end of the transaction, the rows are still in the ledger and
 * the files are not referred to; the next run writes them again.
 */
import { createHash } from 'node:crypto';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type pg from 'pg';
import {
  type ArchiveFile,
  archiveName,
  COLUMNS,
  readArchiveRows,
  type StoredRow,
  withoutNames,
} from '../../src/ledger/archive-files.ts';
import type { ArchiveStore } from './store.ts';

export interface Slice {
  readonly from: Date;
  readonly until: Date;
}

export interface WrittenFile {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

interface Totals {
  readonly entries: number;
  /** An amount of many players can exceed what a number holds. */
  readonly sum: string;
}

export interface Manifest {
  readonly format: 1;
  readonly part: number;
  /** When its claims were made: from (inclusive), until (exclusive). */
  readonly from: string;
  readonly until: string;
  readonly files: Readonly<Record<ArchiveFile, WrittenFile>>;
  /** By the number of the resource. */
  readonly resources: Readonly<Record<string, Totals & { readonly name: string }>>;
}

/** A point at which tests end the process. */
export type ReachedStep = 'written' | 'verified' | 'moved';

interface Archiving {
  readonly client: pg.Client;
  readonly store: ArchiveStore;
  readonly operator: string;
  readonly reached?: ((step: ReachedStep) => Promise<void> | void) | undefined;
}

/** Returns its manifest. */
export async function archivePart(
  { client, store, operator, reached = () => {} }: Archiving,
  part: number,
  slice: Slice,
): Promise<Manifest> {
  const claims = await exportClaims(client, slice);
  const entries = await exportEntries(client, claims);
  const files = {
    claims: await writeFile(store, part, 'claims', claims),
    entries: await writeFile(store, part, 'entries', entries),
  };
  await reached('written');
  const resources = await verified(client, store, files);
  const manifest: Manifest = {
    format: 1,
    part,
    from: slice.from.toISOString(),
    until: slice.until.toISOString(),
    files,
    resources,
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await store.write(archiveName(part, 'manifest', files.claims.sha256), new TextEncoder().encode(text));
  await reached('verified');
  await client.query('SELECT onceward.archive_part($1, $2)', [JSON.stringify(rowOf(manifest)), operator]);
  await reached('moved');
  return manifest;
}

/** A row of archive_parts. */
function rowOf({ part, from, until, files: { claims, entries }, resources }: Manifest) {
  return {
    no: part,
    claims: claims.rows,
    entries: entries.rows,
    claimed_from: from,
    claimed_until: until,
    claims_bytes: claims.bytes,
    entries_bytes: entries.bytes,
    claims_sha256: `\\x${claims.sha256}`,
    entries_sha256: `\\x${entries.sha256}`,
    sums: Object.fromEntries(Object.entries(resources).map(([no, { sum }]) => [no, sum])),
  };
}

type Exported = Record<string, unknown>;

async function exportClaims(client: pg.Client, { from, until }: Slice): Promise<Exported[]> {
  const columns = COLUMNS.claims.map(({ name, json }) => (json ? `c.${name}::text` : `c.${name}`));
  const { rows } = await client.query<Exported>(
    `SELECT ${columns.join(', ')}, p.id AS player_id, a.id AS actor_id, q.id AS counterparty_id
       FROM onceward.claims_to_write($1, $2) AS c
       JOIN onceward.actors p ON p.no = c.player
       JOIN onceward.actors a ON a.no = c.actor
       LEFT JOIN onceward.actors q ON q.no = c.counterparty
      ORDER BY c.claimed_at, c.player, c.number`,
    [from, until],
  );
  return rows.map(({ player_id, actor_id, counterparty_id, ...claim }) => {
    const names = {
      player: player_id as string,
      actor: actor_id as string,
      counterparty: counterparty_id as string | null,
    };
    const input = JSON.stringify(withoutNames(JSON.parse(claim.input as string), names));
    return { ...claim, input };
  });
}

async function exportEntries(client: pg.Client, claims: readonly Exported[]): Promise<Exported[]> {
  const { rows } = await client.query<Exported>(
    `SELECT (e.entry).* FROM onceward.entries_to_archive($1, $2) WITH ORDINALITY AS e(place, entry, nth)
      ORDER BY e.nth`,
    [claims.map(({ player }) => player), claims.map(({ number }) => number)],
  );
  return rows;
}

/** Rows of a group: what a replay reads of one claim. */
const GROUP = { claims: 500, entries: 2_000 };

async function writeFile(
  store: ArchiveStore,
  part: number,
  file: ArchiveFile,
  rows: readonly Exported[],
): Promise<WrittenFile> {
  const columnData = COLUMNS[file].map(({ name, type, nullable }) => ({
    name,
    type,
    nullable,
    data: rows.map((row) => written(row[name], type)),
  }));
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: GROUP[file] }));
  const sha256 = digestOf(bytes);
  const name = archiveName(part, file, sha256);
  await store.write(name, bytes);
  return { name, rows: rows.length, bytes: bytes.byteLength, sha256 };
}

/** The driver returns a bigint as text. */
function written(value: unknown, type: string): unknown {
  return type === 'INT64' && value !== null ? BigInt(value as string) : value;
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The rows of a file, if it is the one whose digest this is. */
export async function readVerified(
  store: ArchiveStore,
  file: ArchiveFile,
  { name, sha256, rows }: Pick<WrittenFile, 'name' | 'sha256' | 'rows'>,
): Promise<StoredRow[]> {
  const bytes = await store.read(name);
  if (digestOf(bytes) !== sha256)
    throw new Error(`${name} in ${store.place} is damaged: its SHA-256 differs.`);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const found = await readArchiveRows(file, {
    byteLength: buffer.byteLength,
    slice: (start, end) => buffer.slice(start, end),
  });
  if (found.length !== rows)
    throw new Error(`${name} in ${store.place} has ${found.length} rows, not ${rows}.`);
  return found;
}

/** What the files hold by what is read back from them. */
async function verified(
  client: pg.Client,
  store: ArchiveStore,
  files: Manifest['files'],
): Promise<Manifest['resources']> {
  await readVerified(store, 'claims', files.claims);
  const totals = new Map<number, { entries: number; sum: bigint }>();
  for (const { resource, delta } of await readVerified(store, 'entries', files.entries)) {
    const total = totals.get(resource as number) ?? { entries: 0, sum: 0n };
    totals.set(resource as number, {
      entries: total.entries + 1,
      sum: total.sum + BigInt(delta as number),
    });
  }
  const { rows } = await client.query<{ no: number; name: string }>(
    'SELECT no, name FROM onceward.names WHERE kind = 1 AND no = ANY ($1)',
    [[...totals.keys()]],
  );
  return Object.fromEntries(
    rows.map(({ no, name }) => {
      const { entries, sum } = totals.get(no) as { entries: number; sum: bigint };
      return [no, { name, entries, sum: String(sum) }];
    }),
  );
}
