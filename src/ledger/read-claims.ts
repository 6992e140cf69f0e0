/**
 * Claims with what they moved: a page of a player's granted claims, and one claim by its ID or by what was claimed. A transfer
 * is among the claims of both its players: each has it under their own number, with their own version and changes.
 */
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { alias, unionAll } from 'drizzle-orm/pg-core';
import type { Actor } from '../domain/actor.ts';
import { parseClaimId } from '../domain/claim-id.ts';
import type { ChangeRecord, ClaimRecord } from '../domain/outcome.ts';
import type { Database, Reads } from './database.ts';
import { decodeCursor, encodeCursor, type PageOrder, type PageRequest, pageOf } from './page.ts';
import { type Authorised, readAs } from './read-authority.ts';
import {
  claimsWithin,
  type HistoryFilter,
  MADE,
  mayBeReceived,
  RECEIVED,
  type Side,
  sequencesWithin,
} from './read-history.ts';
import { numberOf, numberOfActor, type Value } from './read-names.ts';
import { changesOf, claimOfPlayer, type RecordRow, recordFields, recordOf } from './read-record.ts';
import { actors, ledgerEntries as e, rewardClaims } from './tables.ts';

/** In the order of the player's numbers, whichever side of a claim the player was on. */
export const CLAIMS: PageOrder = { list: 'claims', direction: 'descending', width: 1 };

/** `id`, `playerVersion` and `changes` are of the player whose history it was read from. */
export interface ClaimRow extends ClaimRecord {
  /** The claim's number in that history. */
  readonly number: number;
  readonly changes: readonly ChangeRecord[];
}

export type ClaimReference =
  | { readonly id: string }
  | { readonly playerId: string; readonly type: string; readonly key: string };

export interface ClaimsRequest {
  readonly playerId: string;
  readonly filter: HistoryFilter;
  readonly page: PageRequest;
}

export function readClaims(
  database: Database,
  actor: Actor,
  request: ClaimsRequest,
): Promise<Authorised<ClaimRow>> {
  return readAs(database, actor, (reads) => claimsStatement(reads, request), claimRowOf);
}

export function claimsStatement(reads: Reads, request: ClaimsRequest) {
  const page = numbersOfPage(reads, request);
  const claim = claimOfPlayer(reads, page.player, page.number);
  return reads
    .select(claimRowFields(claim, page.player, page.number))
    .from(page)
    .innerJoinLateral(claim, sql`true`)
    .orderBy(...pageOf(CLAIMS, [page.number], request.page).orderBy);
}

export function claimRowFields(claim: ReturnType<typeof claimOfPlayer>, player: Value, number: Value) {
  return { ...recordFields(claim, player, number), changes: changesOf(player, number) };
}

export function claimRowOf({ changes, ...record }: RecordRow & Pick<ClaimRow, 'changes'>): ClaimRow {
  return { ...recordOf(record), number: record.number, changes };
}

/** Each side has an index in the order of its own numbers and reads no more than a page of it; no number is on both sides. */
function numbersOfPage(reads: Reads, request: ClaimsRequest) {
  const { filter, page } = request;
  if (filter.resource !== null && filter.claimType === null)
    return numbersByResource(reads, request, filter.resource);
  const made = numbersOfSide(reads, MADE, request);
  if (!mayBeReceived(filter)) return made.as('page');
  const { orderBy } = pageOf(CLAIMS, [rewardClaims.number], page);
  return unionAll(made, numbersOfSide(reads, RECEIVED, request))
    .orderBy(...orderBy)
    .limit(page.limit)
    .as('page');
}

/** The newest of a player's numbers before one, on both sides. */
export function numbersOfPlayer(
  reads: Reads,
  {
    playerId,
    before,
    size,
  }: { readonly playerId: string; readonly before: number | null; readonly size: number },
) {
  const after = before === null ? undefined : encodeCursor(CLAIMS.list, [before]);
  const page = { after, limit: size, inverted: false };
  return numbersOfPage(reads, { playerId, filter: UNFILTERED, page });
}

const UNFILTERED: HistoryFilter = { resource: null, claimType: null, from: null, to: null };

function numbersOfSide<S extends Side>(reads: Reads, side: S, { playerId, filter, page }: ClaimsRequest) {
  const { within, orderBy } = pageOf(CLAIMS, [side.number], page);
  return reads
    .select({ player: side.player as typeof MADE.player, number: side.number as typeof MADE.number })
    .from(rewardClaims)
    .where(and(...claimsWithin(side, playerId, filter), ...within, moved(side, filter.resource)))
    .orderBy(...orderBy)
    .limit(page.limit);
}

/** A scalar subquery, not EXISTS: Postgres may turn that into a join that reads every entry of the resource. */
function moved(side: Side, resource: string | null): SQL | undefined {
  if (resource === null) return undefined;
  return sql`(SELECT ${e.resource} FROM ${e} WHERE ${e.player} = ${side.player} AND ${e.number} = ${side.number}
    AND ${e.resource} = ${numberOf('resource', resource)} LIMIT 1) IS NOT NULL`;
}

/** From the entries of the resource, of each claim the last. */
function numbersByResource(reads: Reads, { playerId, filter, page }: ClaimsRequest, resource: string) {
  const player = numberOfActor('player', playerId);
  const number = numberOf('resource', resource);
  const next = alias(e, 'next');
  const numberOfNext = sql`(SELECT ${next.number} FROM ${e} AS ${next} WHERE ${next.player} = ${e.player}
    AND ${next.resource} = ${e.resource} AND ${next.sequence} = ${e.sequence} + 1)`;
  return reads
    .select({ player: e.player, number: e.number })
    .from(e)
    .where(
      and(
        eq(e.player, player),
        eq(e.resource, number),
        ...sequencesWithin(player, number, filter),
        ...sequencesOfCursors(player, number, page),
        sql`${numberOfNext} IS DISTINCT FROM ${e.number}`,
      ),
    )
    .orderBy(page.inverted ? e.sequence : desc(e.sequence))
    .limit(page.limit)
    .as('page');
}

/** The cursors, which are numbers, as bounds of the resource's sequences: these are in the same order. */
function sequencesOfCursors(player: SQL, resource: SQL, { after, before }: PageRequest): SQL[] {
  const { sequence } = e;
  const firstFrom = (number: number) =>
    sql`onceward.entry_sequence_from(${player}, ${resource}, ${number}::integer)`;
  const all: SQL[] = [];
  if (after) all.push(sql`${sequence} < ${firstFrom(numberOfCursor(after))}`);
  if (before) all.push(sql`${sequence} >= ${firstFrom(numberOfCursor(before) + 1)}`);
  return all;
}

/** Of Postgres's integer. Anyone can write a cursor. */
const MAX_NUMBER = 2 ** 31 - 1;

function numberOfCursor(cursor: string): number {
  return Math.min(decodeCursor(CLAIMS, cursor)?.[0] ?? 0, MAX_NUMBER - 1);
}

/**
 * At most one row. By ID: as the player has it whose ID it is; a player sees none but their own. By type and key: the newest,
 * where the claim was reopened.
 */
export function readClaim(
  database: Database,
  actor: Actor,
  reference: ClaimReference,
): Promise<Authorised<ClaimRow>> {
  return readAs(
    database,
    actor,
    (reads) =>
      'id' in reference
        ? claimByIdStatement(reads, actor, reference.id)
        : claimByKeyStatement(reads, reference),
    claimRowOf,
  );
}

export function claimByIdStatement(reads: Reads, actor: Actor, id: string) {
  const { handle, number } = parseClaimId(id) ?? { handle: '', number: 0 };
  const ownNumber = sql`${number}::integer`;
  const claim = claimOfPlayer(reads, actors.no, ownNumber);
  return reads
    .select(claimRowFields(claim, actors.no, ownNumber))
    .from(actors)
    .innerJoinLateral(claim, sql`true`)
    .where(
      and(
        eq(actors.handle, sql`decode(${handle}, 'hex')`),
        actor.kind === 'player' ? eq(actors.no, numberOfActor('player', actor.id)) : undefined,
      ),
    );
}

export function claimByKeyStatement(
  reads: Reads,
  { playerId, type, key }: Exclude<ClaimReference, { id: string }>,
) {
  const { player, number, claimType, claimKey, generation } = rewardClaims;
  const newest = reads
    .select({ player, number })
    .from(rewardClaims)
    .where(
      and(
        eq(player, numberOfActor('player', playerId)),
        eq(claimType, numberOf('claim_type', type)),
        eq(claimKey, key),
      ),
    )
    .orderBy(desc(generation))
    .limit(1)
    .as('newest');
  const claim = claimOfPlayer(reads, newest.player, newest.number);
  return reads
    .select(claimRowFields(claim, newest.player, newest.number))
    .from(newest)
    .innerJoinLateral(claim, sql`true`);
}
