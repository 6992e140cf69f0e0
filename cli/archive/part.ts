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
} from '../../src/ledger/archive-files.ts';
import { type Exported, exportClaims, exportEntries, type Slice } from './export.ts';
import { opened } from './opened.ts';
import type { ArchiveStore } from './store.ts';

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
  readonly format: 2;
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

/** Returns its manifest. A part that was written while erasures ended is written again. */
export async function archivePart(archiving: Archiving, part: number, slice: Slice): Promise<Manifest> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await writePart(archiving, part, slice);
    } catch (error) {
      if ((error as { code?: unknown }).code !== SERIALIZATION_FAILURE || attempt === MAX_ATTEMPTS)
        throw error;
    }
  }
}

const SERIALIZATION_FAILURE = '40001';
const MAX_ATTEMPTS = 10;

async function writePart(
  { client, store, operator, reached = () => {} }: Archiving,
  part: number,
  slice: Slice,
): Promise<Manifest> {
  const { claims, texts, erased } = await exportClaims(client, slice);
  const entries = await exportEntries(client, claims);
  const files = {
    claims: await writeFile(store, part, 'claims', claims),
    entries: await writeFile(store, part, 'entries', entries),
  };
  await reached('written');
  const resources = await verified(client, store, files);
  const manifest: Manifest = {
    format: 2,
    part,
    from: slice.from.toISOString(),
    until: slice.until.toISOString(),
    files,
    resources,
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await store.write(archiveName(part, 'manifest', files.claims.sha256), new TextEncoder().encode(text));
  await reached('verified');
  const given = JSON.stringify({ ...rowOf(manifest), texts, erased });
  await client.query('SELECT onceward.archive_part($1, $2)', [given, operator]);
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
  await opened(client, await readVerified(store, 'claims', files.claims));
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
