/** Rankings: one of them, the places of a published one, and those that were rejected. */
import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import { listRows as l } from './campaign-tables.ts';
import type { Database, Reads } from './database.ts';
import { decodeCursor, encodeCursor, type PageOrder, type PageRequest, pageOf } from './page.ts';
import { rankings as r, rankingRows as w } from './ranking-tables.ts';
import { type AuditedList, type Authorised, readAs, readListAs } from './read-authority.ts';
import { idOf, numberOfActor } from './read-names.ts';

/** A game server sees what it made. */
function visible(actor: Actor): SQL | undefined {
  return actor.kind === 'server' ? eq(r.madeBy, numberOfActor('server', actor.id)) : undefined;
}

/** As `ranking_json` shows it. The caller names its shape. */
export function readRanking<Shape>(database: Database, actor: Actor, id: number): Promise<Authorised<Shape>> {
  return readAs(
    database,
    actor,
    (reads) =>
      reads
        .select({ ranking: sql<unknown>`onceward.ranking_json(${r.no})` })
        .from(r)
        .where(and(eq(r.no, id), visible(actor))),
    ({ ranking }) => ranking as Shape,
  );
}

export interface PlaceRow {
  readonly position: number;
  readonly rank: number;
  readonly playerId: string | null;
  readonly given: Readonly<Record<string, number>>;
}

const PLACES: PageOrder = { list: 'places', direction: 'ascending', width: 1 };
export const placeCursor = ({ position }: { readonly position: number }) =>
  encodeCursor(PLACES.list, [position]);
export const isPlaceCursor = (cursor: string) => decodeCursor(PLACES, cursor) !== null;

interface ResultRequest {
  readonly payout: string;
  readonly key: string;
  readonly page: PageRequest;
}

/** The places of a ranking that is published. A player sees who has their own place alone. */
export function readRankingResult(
  database: Database,
  actor: Actor,
  list: AuditedList,
  request: ResultRequest,
): Promise<Authorised<PlaceRow>> {
  const placeOf = ({
    rank,
    given,
    ...row
  }: Awaited<ReturnType<typeof resultStatement>>[number]): PlaceRow => ({
    ...row,
    rank: rank ?? row.position,
    given: given ?? {},
  });
  if (actor.kind !== 'staff')
    return readAs(database, actor, (reads) => resultStatement(reads, actor, request), placeOf);
  return readListAs(
    database,
    actor,
    list,
    (reads) => [resultStatement(reads, actor, request)] as const,
    ([rows]) => rows.map(placeOf),
  );
}

function resultStatement(reads: Reads, actor: Actor, { payout, key, page }: ResultRequest) {
  const { within, orderBy } = pageOf(PLACES, [w.line], page);
  const own = sql<
    string | null
  >`CASE WHEN ${l.player} = ${numberOfActor('player', actor.id)} THEN ${actor.id} END`;
  return reads
    .select({
      position: w.line,
      rank: l.rank,
      playerId: actor.kind === 'player' ? own : idOf(l.player),
      given: w.given,
    })
    .from(r)
    .innerJoin(w, eq(w.ranking, r.no))
    .innerJoin(l, and(eq(l.list, r.list), eq(l.line, w.line)))
    .where(and(eq(r.payout, payout), eq(r.key, key), eq(r.state, 'published'), ...within))
    .orderBy(...orderBy)
    .limit(page.limit);
}

export interface RefusedPlaceRow {
  readonly position: number;
  readonly playerId: string;
  readonly why: string;
}

interface RefusalsRequest {
  readonly rankingId: number;
  readonly page: PageRequest;
}

/** They name players, so each page that staff read is audited. */
export function readRefusedPlaces(
  database: Database,
  actor: Actor,
  list: AuditedList,
  request: RefusalsRequest,
): Promise<Authorised<RefusedPlaceRow>> {
  const rowOf = ({ why, ...row }: Awaited<ReturnType<typeof refusalsStatement>>[number]) => ({
    ...row,
    why: why ?? '',
  });
  if (actor.kind !== 'staff')
    return readAs(database, actor, (reads) => refusalsStatement(reads, actor, request), rowOf);
  return readListAs(
    database,
    actor,
    list,
    (reads) => [refusalsStatement(reads, actor, request)] as const,
    ([rows]) => rows.map(rowOf),
  );
}

function refusalsStatement(reads: Reads, actor: Actor, { rankingId, page }: RefusalsRequest) {
  const { within, orderBy } = pageOf(PLACES, [w.line], page);
  return reads
    .select({ position: w.line, playerId: idOf(l.player), why: w.why })
    .from(w)
    .innerJoin(r, eq(r.no, w.ranking))
    .innerJoin(l, and(eq(l.list, r.list), eq(l.line, w.line)))
    .where(and(eq(w.ranking, rankingId), isNotNull(w.why), visible(actor), ...within))
    .orderBy(...orderBy)
    .limit(page.limit);
}
