/** One claim wherever it is. Of an archived one the index says where, and its rows are read from the archive. */
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { Actor } from '../domain/actor.ts';
import { encodeClaimId, parseClaimId } from '../domain/claim-id.ts';
import { archivedClaims, archiveKeys, archiveParts } from './archive-tables.ts';
import { type Database, queryDatabase, type Reads } from './database.ts';
import { decodeChanges, decodeClaim } from './decode-outcome.ts';
import { readArchived } from './read-archive.ts';
import type { Authorised } from './read-authority.ts';
import { type ClaimReference, type ClaimRow, readClaim } from './read-claims.ts';
import { numberOf, numberOfActor } from './read-names.ts';
import { actors } from './tables.ts';

const z = archivedClaims;

/** As readClaim. One that the database does not hold may be in the archive. */
export async function readClaimAnywhere(
  database: Database,
  actor: Actor,
  reference: ClaimReference,
): Promise<Authorised<ClaimRow>> {
  const found = await readClaim(database, actor, reference);
  if (found.kind !== 'read' || found.rows.length > 0) return found;
  const archived = await readArchivedClaim(database, actor, reference);
  return { kind: 'read', rows: archived ? [archived] : [] };
}

/** Null: there is none that the actor may see. Staff were checked with the read before. */
async function readArchivedClaim(
  database: Database,
  actor: Actor,
  reference: ClaimReference,
): Promise<ClaimRow | null> {
  const { reads } = database;
  const statement = 'id' in reference ? placeOfId(reads, actor, reference.id) : placeOfKey(reads, reference);
  const [found] = await queryDatabase(async () => await statement);
  if (!found) return null;
  const { handle, number, isReceived, ...place } = found;
  const { granted, counterpartyVersion } = await readArchived(database, place, []);
  const claim = decodeClaim(granted.claim);
  if (!isReceived) return { ...claim, number, changes: decodeChanges(granted.changes) };
  return {
    ...claim,
    id: encodeClaimId(handle, number),
    number,
    playerVersion: counterpartyVersion ?? claim.playerVersion,
    usedLimits: [],
    changes: decodeChanges(granted.counterpartyChanges ?? []),
  };
}

const hex = (digest: typeof archiveParts.claimsSha256) => sql<string>`encode(${digest}, 'hex')`;

/** Which of the claim's players it is shown for. */
const MADE = { player: z.player, number: z.number };
const RECEIVED = { player: z.counterparty, number: z.counterpartyNumber };

function places(reads: Reads, side: typeof MADE | typeof RECEIVED) {
  return reads
    .select({
      handle: sql<string>`encode(${actors.handle}, 'hex')`,
      number: sql<number>`${side.number}`.as('shown_number'),
      isReceived: sql<boolean>`${side === RECEIVED}::boolean`.as('is_received'),
      part: z.part,
      row: z.row,
      entryRow: z.entryRow,
      entries: z.entries,
      claimsSha256: hex(archiveParts.claimsSha256),
      claimsBytes: archiveParts.claimsBytes,
      entriesSha256: hex(archiveParts.entriesSha256),
      entriesBytes: archiveParts.entriesBytes,
      key: sql<string | null>`encode(${archiveKeys.key}, 'hex')`,
      texts: z.texts,
    })
    .from(z)
    .innerJoin(archiveParts, eq(archiveParts.no, z.part))
    .innerJoin(actors, eq(actors.no, side.player))
    .leftJoin(archiveKeys, eq(archiveKeys.player, z.player));
}

function placeOfId(reads: Reads, actor: Actor, id: string) {
  const { handle, number } = parseClaimId(id) ?? { handle: '', number: 0 };
  const player = sql`(SELECT ${actors.no} FROM ${actors} WHERE ${actors.handle} = decode(${handle}, 'hex'))`;
  const mine: SQL | undefined =
    actor.kind === 'player' ? eq(actors.no, numberOfActor('player', actor.id)) : undefined;
  const within = (side: typeof MADE | typeof RECEIVED) =>
    places(reads, side).where(and(eq(side.player, player), eq(side.number, number), mine));
  return unionAll(within(MADE), within(RECEIVED));
}

function placeOfKey(reads: Reads, { playerId, type, key }: Exclude<ClaimReference, { id: string }>) {
  const digest = sql`onceward.claim_digest(${numberOf('claim_type', type)}, ${key})`;
  return places(reads, MADE)
    .where(and(eq(z.player, numberOfActor('player', playerId)), eq(z.claimDigest, digest)))
    .orderBy(desc(z.generation))
    .limit(1);
}
