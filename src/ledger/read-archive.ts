/**
 * Archived claims: the kernel says where one is, its rows are read from R2 (the binding ARCHIVE), and the kernel gives them the names.
 * While the archive cannot be read the outcome is unknown and the same key may be sent again.
 */
import type { AsyncBuffer } from 'hyparquet';
import { canonicalJson, type Json } from '../domain/canonical.ts';
import type { Outcome } from '../domain/outcome.ts';
import { type ArchiveBucket, type ArchiveFile, archiveName, readArchiveRows } from './archive-files.ts';
import { type KernelPlace, placeOfOriginal } from './archive-place.ts';
import { sealKeyOf, unsealed } from './archive-seal.ts';
import { withTexts } from './archive-texts.ts';
import { type Database, queryDatabase } from './database.ts';
import { decodeOutcomes } from './decode-outcome.ts';
import { LedgerUnavailable, NO_ARCHIVE } from './failures.ts';
import {
  CONTRACT_VERSION,
  type KernelActorOperation,
  type KernelAnswer,
  type KernelClaim,
  type KernelConfig,
  type KernelOperation,
  type KernelOutcome,
  type KernelReplay,
} from './kernel-contract.ts';

type Encoded = KernelOperation | KernelActorOperation;

/** Decodes what the kernel answered, after what is in the archive was read from there. */
export async function decodeAnswer(
  database: Database,
  answer: KernelAnswer,
  operations: readonly Encoded[],
  held: readonly string[],
): Promise<Outcome[]> {
  const configs: KernelConfig[] = [...(answer.configs ?? [])];
  const outcomes: KernelOutcome[] = [];
  for (const [index, outcome] of answer.outcomes.entries()) {
    const place = placeIn(outcome);
    if (!place) {
      outcomes.push(outcome);
      continue;
    }
    const read = await readArchived(database, place, held);
    configs.push(...read.configs);
    outcomes.push(completed(outcome, read.granted, operations[index] as Encoded));
  }
  return decodeOutcomes({ ...answer, outcomes, ...(configs.length > 0 && { configs }) }, operations);
}

function placeIn(outcome: KernelOutcome): KernelPlace | null {
  if (outcome.kind === 'archived') return outcome.place;
  return outcome.kind === 'rejected' ? placeOfOriginal(outcome.original) : null;
}

function completed(outcome: KernelOutcome, granted: KernelReplay, operation: Encoded): KernelOutcome {
  if (outcome.kind === 'rejected') return { ...outcome, original: granted };
  if (outcome.kind !== 'archived' || !outcome.reused) return { ...granted, archived: true };
  const { actorKind: kind, actorId: id, correlationId, clientCorrelationId } = granted.claim;
  const fields = reusedFields(granted.claim, operation);
  return { kind: 'key_reused', fields, madeBy: { kind, id }, correlationId, clientCorrelationId };
}

/** As the kernel names them (reused_json). */
function reusedFields({ operation: name, input: first }: KernelClaim, operation: Encoded): string[] {
  if (name !== operation.name) return ['mutation'];
  const [before, now] = [first, operation.input] as Readonly<Record<string, Json>>[];
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(now ?? {})])];
  const textOf = (value: Json | undefined) => canonicalJson(value ?? null);
  return fields.filter((field) => textOf(before?.[field]) !== textOf(now?.[field])).sort();
}

/** What `read_archived` returns (drizzle/kernel/86_archived.sql); null: the rows are not those of the index. */
interface KernelReadArchived {
  readonly granted: KernelReplay;
  /** The other player's after the claim; null: there is none. */
  readonly counterpartyVersion: number | null;
  readonly configs: readonly KernelConfig[];
}

/** One more request to the database, and about six to R2. */
export async function readArchived(
  database: Database,
  place: KernelPlace,
  held: readonly string[],
): Promise<KernelReadArchived> {
  const stored = JSON.stringify(await readStored(database, place));
  const rows = await queryDatabase(() =>
    database.sql.query('SELECT onceward.read_archived($1::integer, $2::json, $3::text[]) AS answer', [
      CONTRACT_VERSION,
      stored,
      held,
    ]),
  );
  const read = (rows as { answer: KernelReadArchived | null }[])[0]?.answer;
  if (!read) throw new LedgerUnavailable('the archive has another claim');
  return { ...read, granted: { ...read.granted, claim: written(read.granted.claim, place) } };
}

/** The claim with what its placeholders stand for. */
function written(claim: KernelClaim, { texts }: KernelPlace): KernelClaim {
  const { playerId: player, actorId: actor, counterpartyId: counterparty, key, input, reason } = claim;
  const names = { player, actor, counterparty, key };
  try {
    return { ...claim, ...(withTexts({ input, reason }, names, texts ?? []) as object) };
  } catch {
    throw new LedgerUnavailable('the archive has other texts');
  }
}

async function readStored({ archive }: Database, place: KernelPlace) {
  if (!archive) throw new LedgerUnavailable(NO_ARCHIVE);
  const { part, row, entryRow, entries, key } = place;
  const source = (file: ArchiveFile, sha256: string, bytes: number) =>
    objectIn(archive, archiveName(part, file, sha256), bytes);
  try {
    const [[claim], moved] = await Promise.all([
      readArchiveRows('claims', source('claims', place.claimsSha256, place.claimsBytes), {
        from: row,
        to: row + 1,
      }),
      readArchiveRows('entries', source('entries', place.entriesSha256, place.entriesBytes), {
        from: entryRow,
        to: entryRow + entries,
      }),
    ]);
    if (!claim) throw new Error('missing');
    return { claim: await unsealed(claim, key === null ? null : await sealKeyOf(key)), entries: moved };
  } catch {
    // R2 failed, or the file or the key is not the right one: what the error says could hold a row.
    throw new LedgerUnavailable('the archive cannot be read');
  }
}

function objectIn(bucket: ArchiveBucket, name: string, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    async slice(start, end = byteLength) {
      const object = await bucket.get(name, { range: { offset: start, length: end - start } });
      if (!object) throw new Error('missing');
      return await object.arrayBuffer();
    },
  };
}
