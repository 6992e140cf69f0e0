/** Which ledger entries a page of a player's history has, read by an index in the order of the page. */
import { and, eq, getTableColumns, gte, lte, type SQL, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { Reads } from './database.ts';
import { decodeCursor, type PageOrder, type PageRequest, pageOf } from './page.ts';
import {
  claimsWithin,
  type HistoryFilter,
  MADE,
  mayBeReceived,
  numbersWithin,
  RECEIVED,
  type Side,
  sequencesWithin,
} from './read-history.ts';
import { numberOf, numberOfActor, type Value } from './read-names.ts';
import { ledgerEntries as e, rewardClaims } from './tables.ts';

export interface LedgerRequest {
  readonly playerId: string;
  readonly filter: HistoryFilter;
  readonly page: PageRequest;
}

const BY_NUMBER: PageOrder = { list: 'ledger', direction: 'descending', width: 2 };

/** By number and ordinal, or by sequence within one resource: each resource has an order and cursors of its own. */
export function ledgerOrder({ resource }: Pick<HistoryFilter, 'resource'>): PageOrder {
  return resource === null ? BY_NUMBER : { list: `ledger:${resource}`, direction: 'descending', width: 1 };
}

/** The order of numbers and ordinals is also that of sequences within a resource. */
export function byNumber(number: Value, ordinal: Value, page: PageRequest): SQL[] {
  return pageOf(BY_NUMBER, [number, ordinal], page).orderBy;
}

export function entriesOfPage(reads: Reads, request: LedgerRequest) {
  const { filter, page } = request;
  if (filter.claimType === null) return entriesInOrder(reads, request).as('entry');
  const made = reads.select().from(entriesOfSide(reads, MADE, request).as('made'));
  const received = reads.select().from(entriesOfSide(reads, RECEIVED, request).as('received'));
  const ofType = mayBeReceived(filter) ? unionAll(made, received).as('of_type') : made.as('of_type');
  return reads
    .select()
    .from(ofType)
    .orderBy(...byNumber(ofType.number, ofType.ordinal, page))
    .limit(page.limit)
    .as('entry');
}

function entriesInOrder(reads: Reads, { playerId, filter, page }: LedgerRequest) {
  const { resource } = filter;
  const player = numberOfActor('player', playerId);
  const columns = resource === null ? [e.number, e.ordinal] : [e.sequence];
  const { within, orderBy } = pageOf(ledgerOrder(filter), columns, page);
  const ofResource = resource === null ? null : numberOf('resource', resource);
  const bounds = ofResource
    ? [eq(e.resource, ofResource), ...sequencesWithin(player, ofResource, filter)]
    : numbersWithin(e.number, player, filter);
  return reads
    .select(getTableColumns(e))
    .from(e)
    .where(and(eq(e.player, player), ...bounds, ...within))
    .orderBy(...orderBy)
    .limit(page.limit);
}

/**
 * From the claims of the type, not from the player's entries: those of other claims are not read. All entries of the last claim are
 * among them, because the index over claims has only the order of numbers: a second sort key would let Postgres sort everything.
 */
function entriesOfSide(reads: Reads, side: Side, request: LedgerRequest) {
  const { playerId, filter, page } = request;
  const { resource } = filter;
  const ofResource = resource === null ? undefined : eq(e.resource, numberOf('resource', resource));
  // Its order keeps Postgres from joining it in any other way than claim by claim.
  const moved = reads
    .select(getTableColumns(e))
    .from(e)
    .where(and(eq(e.player, side.player), eq(e.number, side.number), ofResource))
    .orderBy(e.ordinal)
    .as('moved');
  const columns = resource === null ? [moved.number, moved.ordinal] : [moved.sequence];
  return reads
    .select({
      player: moved.player,
      delta: moved.delta,
      before: moved.before,
      requested: moved.requested,
      anchoredAt: moved.anchoredAt,
      number: moved.number,
      sequence: moved.sequence,
      resource: moved.resource,
      ordinal: moved.ordinal,
      cause: moved.cause,
    })
    .from(rewardClaims)
    .innerJoinLateral(moved, sql`true`)
    .where(
      and(
        ...claimsWithin(side, playerId, filter),
        ...numbersOfCursors(side.number, request),
        ...pageOf(ledgerOrder(filter), columns, page).within,
      ),
    )
    .orderBy(
      sql`${side.number} ${page.inverted ? sql`ASC` : sql`DESC`} FETCH FIRST (${page.limit}) ROWS WITH TIES`,
    );
}

/** Where the index over claims begins and ends for the page's cursors. */
function numbersOfCursors(number: Side['number'], { playerId, filter, page }: LedgerRequest): SQL[] {
  const { resource } = filter;
  const numberAt = (cursor: string): SQL => {
    const [first = 0] = decodeCursor(ledgerOrder(filter), cursor) ?? [];
    if (resource === null) return sql`${first}::bigint`;
    return sql`(SELECT ${e.number} FROM ${e} WHERE ${e.player} = ${numberOfActor('player', playerId)}
      AND ${e.resource} = ${numberOf('resource', resource)} AND ${e.sequence} = ${first}::bigint)`;
  };
  const all: SQL[] = [];
  if (page.after) all.push(lte(number, numberAt(page.after)));
  if (page.before) all.push(gte(number, numberAt(page.before)));
  return all;
}
