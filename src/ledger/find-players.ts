/**
 * Finds players for staff by what a report names: the beginning of a player ID, or exactly a claim key, a game-wide source such as
 * a store's order, a correlation ID, or a claim ID. Each kind of match probes an index of its own.
 */
import { and, asc, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import { parseClaimId } from '../domain/claim-id.ts';
import { ACTOR_KINDS, NAME_KINDS } from './columns.ts';
import type { Database, Reads } from './database.ts';
import { type AuditedList, type Authorised, readListAs } from './read-authority.ts';
import { idOf, milliseconds, nameOf } from './read-names.ts';
import { isoTime } from './read-record.ts';
import { sourceKeys } from './state-tables.ts';
import { actors, rewardClaims as c, names, refusals as r } from './tables.ts';

/** What the text was found as. */
export const PLAYER_MATCHES = ['player_id', 'claim_id', 'claim_key', 'source_key', 'correlation_id'] as const;
type PlayerMatch = (typeof PLAYER_MATCHES)[number];

export interface FoundPlayer {
  readonly playerId: string;
  readonly match: PlayerMatch;
  /** The claim type, or the resource of a source; null: it was found by the player's ID. */
  readonly type: string | null;
  readonly key: string | null;
  /** When it was claimed or refused, or when the player was created (ISO 8601). */
  readonly at: string;
}

interface Search {
  readonly text: string;
  readonly first: number;
}

/** Players by ID first, in the order of their IDs, then the others; each player once per kind of match and key. */
export function findPlayers(
  database: Database,
  actor: Actor,
  list: AuditedList,
  search: Search,
): Promise<Authorised<FoundPlayer>> {
  return readListAs(
    database,
    actor,
    list,
    (reads) => findStatements(reads, search),
    (results) => {
      const found = results.flatMap((rows, index) => rows.map((row) => foundAs(MATCH_OF[index], row)));
      return [...new Map(found.map((one) => [identityOf(one), one])).values()].slice(0, search.first);
    },
  );
}

/** Of each statement. */
const MATCH_OF: readonly PlayerMatch[] = [
  ...(['player_id', 'claim_id', 'claim_key', 'source_key'] as const),
  ...(['correlation_id', 'correlation_id', 'correlation_id', 'correlation_id'] as const),
];

const identityOf = ({ playerId, match, type, key }: FoundPlayer) =>
  JSON.stringify([playerId, match, type, key]);

interface Row {
  readonly playerId: string | null;
  readonly type: string | null;
  readonly key: string | null;
  readonly at: number;
}

function foundAs(match: PlayerMatch | undefined, { playerId, type, key, at }: Row): FoundPlayer {
  if (playerId === null || match === undefined) throw new Error('a match has no player');
  return { playerId, match, type, key, at: isoTime(at) };
}

export function findStatements(reads: Reads, search: Search) {
  const { text } = search;
  return [
    byPlayerId(reads, search),
    byClaimId(reads, text),
    byClaimKey(reads, search),
    bySource(reads, search),
    claimsFiledAs(reads, ours(c.correlationId, text), search),
    claimsFiledAs(reads, eq(c.clientCorrelationId, text), search),
    refusalsFiledAs(reads, ours(r.correlationId, text), search),
    refusalsFiledAs(reads, eq(r.clientCorrelationId, text), search),
  ] as const;
}

const NULL = sql<string | null>`NULL`;
const PLAYER = ACTOR_KINDS.indexOf('player') + 1;
const CLAIM_TYPE = NAME_KINDS.indexOf('claim_type') + 1;
const RESOURCE = NAME_KINDS.indexOf('resource') + 1;

/** A range of the index of IDs, which compares byte by byte: no ID is above the last character of Unicode. */
function byPlayerId(reads: Reads, { text, first }: Search) {
  return reads
    .select({
      playerId: sql<string | null>`${actors.id}`,
      type: NULL,
      key: NULL,
      at: milliseconds(actors.createdAt),
    })
    .from(actors)
    .where(
      and(
        sql`${actors.id} >= ${text}::text COLLATE "C"`,
        sql`${actors.id} < (${text} || chr(1114111))::text COLLATE "C"`,
        eq(actors.kind, PLAYER),
        isNotNull(actors.createdAt),
      ),
    )
    .orderBy(asc(actors.id))
    .limit(first);
}

function byClaimId(reads: Reads, text: string) {
  const { handle, number } = parseClaimId(text) ?? { handle: '', number: 0 };
  return reads
    .select({
      playerId: sql<string | null>`${actors.id}`,
      type: sql<string | null>`${nameOf('claim_type', c.claimType)}`,
      key: sql<string | null>`${c.claimKey}`,
      at: milliseconds(c.claimedAt),
    })
    .from(actors)
    .innerJoin(c, and(eq(c.player, actors.no), sql`${c.number} = ${number}::integer`))
    .where(eq(actors.handle, sql`decode(${handle}, 'hex')`));
}

/** Keys are indexed with their type: each type is one probe. */
function byClaimKey(reads: Reads, { text, first }: Search) {
  // The expression of the index reward_claims_by_key.
  const hashed = sql`hashtextextended(${c.claimKey}, ${c.claimType})`;
  const claim = reads
    .select({ player: c.player, key: c.claimKey, claimedAt: c.claimedAt })
    .from(c)
    .where(
      and(
        eq(hashed, sql`hashtextextended(${text}::text COLLATE "C", ${names.no})`),
        eq(c.claimType, names.no),
        eq(c.claimKey, text),
      ),
    )
    .limit(first)
    .as('claim');
  return reads
    .select({
      playerId: sql<string | null>`${idOf(claim.player)}`,
      type: sql<string | null>`${names.name}`,
      key: sql<string | null>`${claim.key}`,
      at: milliseconds(claim.claimedAt),
    })
    .from(names)
    .innerJoinLateral(claim, sql`true`)
    .where(eq(names.kind, CLAIM_TYPE))
    .limit(first);
}

/** The scope of sources that are given once in the whole game. */
const GAME = 0;

function bySource(reads: Reads, { text, first }: Search) {
  const source = reads
    .select({ player: sourceKeys.player, number: sourceKeys.number, key: sourceKeys.key })
    .from(sourceKeys)
    .where(and(eq(sourceKeys.scope, GAME), eq(sourceKeys.resource, names.no), eq(sourceKeys.key, text)))
    .limit(1)
    .as('source');
  return reads
    .select({
      playerId: sql<string | null>`${idOf(source.player)}`,
      type: sql<string | null>`${names.name}`,
      key: sql<string | null>`${source.key}`,
      at: milliseconds(c.claimedAt),
    })
    .from(names)
    .innerJoinLateral(source, sql`true`)
    .innerJoin(c, and(eq(c.player, source.player), eq(c.number, source.number)))
    .where(eq(names.kind, RESOURCE))
    .limit(first);
}

function claimsFiledAs(reads: Reads, condition: SQL, { first }: Search) {
  return reads
    .select({
      playerId: sql<string | null>`${idOf(c.player)}`,
      type: sql<string | null>`${nameOf('claim_type', c.claimType)}`,
      key: sql<string | null>`${c.claimKey}`,
      at: milliseconds(c.claimedAt),
    })
    .from(c)
    .where(condition)
    .limit(first);
}

function refusalsFiledAs(reads: Reads, condition: SQL, { first }: Search) {
  return reads
    .select({
      playerId: sql<string | null>`${idOf(r.player)}`,
      type: sql<string | null>`${r.claimType}`,
      key: sql<string | null>`${r.claimKey}`,
      at: milliseconds(r.refusedAt),
    })
    .from(r)
    .where(condition)
    .limit(first);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Our IDs are UUIDs. */
function ours(column: typeof c.correlationId | typeof r.correlationId, id: string): SQL {
  return UUID.test(id) ? eq(column, id) : sql`false`;
}
