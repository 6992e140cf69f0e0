/** Puts parts of the archive back, the newest first and each in one transaction (drizzle/kernel/85_restore.sql). */
import type pg from 'pg';
import { type ArchiveFile, archiveName, type StoredRow } from '../../src/ledger/archive-files.ts';
import { withTexts } from '../../src/ledger/archive-texts.ts';
import { opened } from './opened.ts';
import { readVerified } from './part.ts';
import type { ArchiveStore } from './store.ts';

export interface Restoring {
  readonly client: pg.Client;
  readonly store: ArchiveStore;
  readonly operator: string;
  /** The number of the only player; null: all. */
  readonly only: string | null;
  /** Reads and compares, and changes nothing. */
  readonly isCheck?: boolean;
  readonly show?: (done: number) => void;
}

/** How many claims were put back or checked. */
export async function restoreParts(
  { client, store, operator, only, isCheck = false, show = () => {} }: Restoring,
  parts: readonly Part[],
): Promise<number> {
  let [claims, done] = [0, 0];
  for (const group of togetherInTime(parts)) {
    const stored = await readParts(store, group);
    const files = { ...stored, claims: await opened(client, stored.claims) };
    claims += isCheck ? files.claims.length : await restoreGroup({ client, operator, only }, group, files);
    done += group.length;
    show(done);
  }
  return claims;
}

export interface Part {
  readonly no: number;
  readonly claims: number;
  readonly entries: number;
  readonly claims_sha256: string;
  readonly entries_sha256: string;
  readonly claimed_from: Date;
  readonly claimed_until: Date;
}

/** Those that have something to put back, the newest first. */
export async function partsOf(client: pg.Client, only: string | null): Promise<Part[]> {
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

async function restoreGroup(
  { client, operator, only }: Pick<Restoring, 'client' | 'operator' | 'only'>,
  parts: readonly Part[],
  { claims, entries }: Files,
): Promise<number> {
  const numbers = parts.map(({ no }) => no);
  const stored = { claims: await written(client, numbers, claims), entries };
  const { rows } = await client.query('SELECT onceward.restore_parts($1, $2, $3, $4) AS claims', [
    numbers,
    only,
    JSON.stringify(stored),
    operator,
  ]);
  return rows[0].claims;
}

/** The claims that the index still has, with the IDs that their actors have now and the texts that it kept. */
async function written(
  client: pg.Client,
  parts: readonly number[],
  claims: readonly StoredRow[],
): Promise<StoredRow[]> {
  const { rows: indexed } = await client.query<{ claim: string; texts: string[] | null }>(
    `SELECT player || '/' || number AS claim, texts FROM onceward.archived_claims WHERE part = ANY ($1)`,
    [parts],
  );
  const texts = new Map(indexed.map(({ claim, texts }) => [claim, texts ?? []]));
  const numbers = claims.flatMap(({ player, actor, counterparty }) => [player, actor, counterparty ?? 0]);
  const { rows } = await client.query<{ no: string; id: string }>(
    'SELECT no, id FROM onceward.actors WHERE no = ANY ($1)',
    [[...new Set(numbers)]],
  );
  const ids = new Map(rows.map(({ no, id }) => [Number(no), id]));
  const idOf = (no: unknown) => ids.get(no as number) as string;
  return claims.flatMap((claim) => {
    const kept = texts.get(`${claim.player}/${claim.number}`);
    if (!kept) return [];
    const { player, actor, counterparty, input, reason } = claim;
    const names = {
      player: idOf(player),
      actor: idOf(actor),
      counterparty: counterparty === null ? null : idOf(counterparty),
      key: claim.claim_key as string,
    };
    return [{ ...claim, ...(withTexts({ input, reason }, names, kept) as object) }];
  });
}
