/** Lists of claims across players, for staff: who claimed a key, and claims by type, config version and time. */
import { and, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import type { Database, Reads } from './database.ts';
import { decodeCursor, encodeCursor, type PageOrder, type PageRequest, pageOf } from './page.ts';
import { type AuditedList, type Authorised, readListAs } from './read-authority.ts';
import { type ClaimRow, claimRowFields, claimRowOf } from './read-claims.ts';
import { numberOf } from './read-names.ts';
import { claimOfPlayer } from './read-record.ts';
import { rewardClaims as c } from './tables.ts';

/** By the numbers of players, and of each by the number of the claim. */
export const CLAIMS_OF_KEY: PageOrder = { list: 'claims-of-key', direction: 'ascending', width: 2 };

/** `player`: the number of the player. */
export interface FoundClaim extends ClaimRow {
  readonly player: number;
}

interface ClaimsOfKey {
  readonly type: string;
  readonly key: string;
  /** Cursors must be those of CLAIMS_OF_KEY. */
  readonly page: PageRequest;
}

export function readClaimsOfKey(
  database: Database,
  actor: Actor,
  list: AuditedList,
  request: ClaimsOfKey,
): Promise<Authorised<FoundClaim>> {
  return readListAs(
    database,
    actor,
    list,
    (reads) => [claimsOfKeyStatement(reads, request)] as const,
    ([rows]) => rows.map(foundOf),
  );
}

export function claimsOfKeyStatement(reads: Reads, { type, key, page }: ClaimsOfKey) {
  const typeNumber = numberOf('claim_type', type);
  // The expression of the index reward_claims_by_key.
  const hashed = sql`hashtextextended(${c.claimKey}, ${c.claimType})`;
  const { within, orderBy } = pageOf(CLAIMS_OF_KEY, [c.player, c.number], page);
  const found = reads
    .select({ player: c.player, number: c.number })
    .from(c)
    .where(
      and(
        eq(hashed, sql`hashtextextended(${key}::text COLLATE "C", ${typeNumber})`),
        eq(c.claimType, typeNumber),
        eq(c.claimKey, key),
        ...within,
      ),
    )
    .orderBy(...orderBy)
    .limit(page.limit)
    .as('found');
  const claim = claimOfPlayer(reads, found.player, found.number);
  return reads
    .select({ ...claimRowFields(claim, found.player, found.number), player: found.player })
    .from(found)
    .innerJoinLateral(claim, sql`true`)
    .orderBy(...pageOf(CLAIMS_OF_KEY, [found.player, found.number], page).orderBy);
}

type Selected = Awaited<ReturnType<typeof claimsOfKeyStatement>>[number];

function foundOf({ player, ...row }: Selected): FoundClaim {
  return { ...claimRowOf(row), player };
}

export interface SearchFilter {
  readonly type: string | null;
  readonly configVersion: number | null;
  /** When the requests arrived: from this moment on, and before that one. */
  readonly from: Date | null;
  readonly until: Date | null;
}

interface Search {
  readonly filter: SearchFilter;
  readonly first: number;
  /** Checked with `isSearchCursor`. */
  readonly after: string | null;
}

/** `next`: where the list goes on; null: it ends. */
export interface ClaimPage {
  readonly claims: readonly ClaimRow[];
  readonly next: string | null;
}

/** How many claims a page looks at. Where few of them match it is short, and says where the list goes on. */
export const EXAMINED = 2_000;

/** The claim's correlation ID in four parts of 32 bits, its player and number: our IDs are ordered by time. */
const SEARCH: PageOrder = { list: 'search', direction: 'descending', width: 6 };

export function isSearchCursor(cursor: string): boolean {
  return (
    decodeCursor(SEARCH, cursor)
      ?.slice(0, 4)
      .every((part) => part < 2 ** 32) ?? false
  );
}

/** At most one row, which is the page. */
export function searchClaims(
  database: Database,
  actor: Actor,
  list: AuditedList,
  request: Search,
): Promise<Authorised<ClaimPage>> {
  return readListAs(
    database,
    actor,
    list,
    (reads) => searchStatements(reads, request),
    ([rows, ends]) => {
      const last = rows.length === request.first ? rows.at(-1) : ends[0];
      return [{ claims: rows.map(foundOf), next: last ? cursorOf(last) : null }];
    },
  );
}

/** The matches among the claims that are examined, and the last of these if there may be more. */
export function searchStatements(reads: Reads, request: Search) {
  const { type, configVersion } = request.filter;
  const examined = examinedClaims(reads, request).limit(EXAMINED).as('examined');
  const inOrder = [desc(examined.correlationId), desc(examined.player), desc(examined.number)];
  const found = reads
    .select({ player: examined.player, number: examined.number, position: examined.correlationId })
    .from(examined)
    .where(
      and(
        type === null ? undefined : eq(examined.claimType, numberOf('claim_type', type)),
        configVersion === null ? undefined : sql`${examined.configVersion} = ${configVersion}::bigint`,
      ),
    )
    .orderBy(...inOrder)
    .limit(request.first)
    .as('found');
  const claim = claimOfPlayer(reads, found.player, found.number);
  const rows = reads
    .select({
      ...claimRowFields(claim, found.player, found.number),
      player: found.player,
      position: found.position,
    })
    .from(found)
    .innerJoinLateral(claim, sql`true`)
    .orderBy(desc(found.position), desc(found.player), desc(found.number));
  const end = examinedClaims(reads, request)
    .limit(1)
    .offset(EXAMINED - 1)
    .as('end');
  const ends = reads
    .select({ player: end.player, number: end.number, position: end.correlationId })
    .from(end);
  return [rows, ends] as const;
}

/** Newest first, in the order of an index. */
function examinedClaims(reads: Reads, { filter: { from, until }, after }: Search) {
  const position = [c.correlationId, c.player, c.number] as const;
  const page = { after: after ?? undefined, limit: 0, inverted: false };
  const { within, orderBy } = pageOf(SEARCH, position, page, positionOf);
  return reads
    .select({
      player: c.player,
      number: c.number,
      correlationId: c.correlationId,
      claimType: c.claimType,
      configVersion: c.configVersion,
    })
    .from(c)
    .where(
      and(
        from === null ? undefined : gte(c.correlationId, firstIdAt(from)),
        until === null ? undefined : lt(c.correlationId, firstIdAt(until)),
        ...within,
      ),
    )
    .orderBy(...orderBy);
}

/** No ID of this moment or a later one is lower. */
function firstIdAt(moment: Date): SQL {
  const time = Math.max(moment.getTime(), 0).toString(16).padStart(12, '0');
  return sql`${`${time}${'0'.repeat(20)}`}::uuid`;
}

function cursorOf({
  position,
  player,
  number,
}: {
  position: string;
  player: number;
  number: number;
}): string {
  const parts = position.replaceAll('-', '').match(/.{8}/g) ?? [];
  return encodeCursor(SEARCH.list, [...parts.map((part) => Number.parseInt(part, 16)), player, number]);
}

const positionOf = (numbers: readonly number[]) => {
  const id = numbers
    .slice(0, 4)
    .map((part) => part.toString(16).padStart(8, '0'))
    .join('');
  const [player = 0, number = 0] = numbers.slice(4);
  return sql`(${id}::uuid, ${player}::bigint, ${number}::bigint)`;
};
