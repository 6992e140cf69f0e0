/**
 * A page of the rewards that were announced and not claimed yet, oldest first: of everything and of a claim type in the order of
 * their times, of one player in the order of the player's numbers.
 */
import { and, eq, lt, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import { encodeClaimId } from '../domain/claim-id.ts';
import type { Draw } from '../domain/moves.ts';
import type { Database, Reads } from './database.ts';
import type { KernelPlan } from './kernel-contract.ts';
import { decodeCursor, encodeCursor, type PageOrder, type PageRequest, pageOf } from './page.ts';
import { type AuditedList, type Authorised, readAs, readListAs } from './read-authority.ts';
import { numbersWithin } from './read-history.ts';
import { handleOf, idOf, nameOf, numberOf, numberOfActor } from './read-names.ts';
import { pendingRewards as p } from './state-tables.ts';

export interface PendingFilter {
  readonly playerId: string | null;
  readonly type: string | null;
  /** Announced before this moment. */
  readonly before: Date | null;
}

export interface PendingReward {
  readonly playerId: string;
  readonly type: string;
  readonly key: string;
  readonly announcedAt: string;
  /** ISO 8601, UTC; null: it does not expire. */
  readonly expiresAt: string | null;
  /** The ID of the announcement's claim. */
  readonly announcementId: string;
  readonly configVersion: number;
  /** Whether nobody can collect it yet: it was held back when its claim was made. */
  readonly isHeld: boolean;
  readonly gives: readonly { readonly resource: string; readonly amount: number }[];
  /** How often it draws from each table. What is drawn stays secret until it is paid. */
  readonly draws: readonly { readonly table: string; readonly draws: number }[];
  /** When it was announced (microseconds since 1970), the player, and the player's number of the announcement. */
  readonly position: readonly [number, number, number];
}

const PENDING: PageOrder = { list: 'pending', direction: 'ascending', width: 3 };

export function pendingCursor({ position }: PendingReward): string {
  return encodeCursor(PENDING.list, position);
}

export function isPendingCursor(cursor: string): boolean {
  return decodeCursor(PENDING, cursor) !== null;
}

interface PendingRequest {
  readonly filter: PendingFilter;
  /** Cursors must have been checked with `isPendingCursor`. */
  readonly page: PageRequest;
}

export function readPending(
  database: Database,
  actor: Actor,
  request: PendingRequest,
): Promise<Authorised<PendingReward>> {
  return readAs(database, actor, (reads) => pendingStatement(reads, request), rewardOf);
}

/** The same of all players, for staff. */
export function readPendingOfAll(
  database: Database,
  actor: Actor,
  list: AuditedList,
  request: PendingRequest,
): Promise<Authorised<PendingReward>> {
  return readListAs(
    database,
    actor,
    list,
    (reads) => [pendingStatement(reads, request)] as const,
    ([rows]) => rows.map(rewardOf),
  );
}

export function pendingStatement(reads: Reads, { filter, page }: PendingRequest) {
  const { within, orderBy } =
    filter.playerId === null
      ? pageOf(PENDING, [p.announcedAt, p.player, p.number], page, wholePosition)
      : pageOf(PENDING, [p.number], page, numberOfPosition);
  return reads
    .select(pendingColumns())
    .from(p)
    .where(and(...conditions(filter), isNotExpired, ...within))
    .orderBy(...orderBy)
    .limit(page.limit);
}

/** The columns of a pending reward that `rewardOf` needs. */
export function pendingColumns() {
  return {
    playerId: idOf(p.player),
    handle: handleOf(p.player),
    type: nameOf('claim_type', p.claimType),
    key: p.claimKey,
    announcedAt: p.announcedAt,
    expiresAt: p.expiresAt,
    microseconds: sql`(extract(epoch FROM ${p.announcedAt}) * 1000000)::bigint`.mapWith(Number),
    player: p.player,
    number: p.number,
    configVersion: p.configVersion,
    isHeld: p.isHeld,
    plan: p.plan,
  };
}

/** What has expired is owed no more, also before it is settled. */
export const isNotExpired = sql`(${p.expiresAt} > now()) IS NOT FALSE`;

export const wholePosition = ([microseconds, player, number]: readonly number[]) =>
  sql`(timestamptz 'epoch' + ${microseconds}::bigint * interval '1 microsecond', ${player}::bigint, ${number}::bigint)`;
const numberOfPosition = ([, , number]: readonly number[]) => sql`(${number}::bigint)`;

function conditions({ playerId, type, before }: PendingFilter): SQL[] {
  const all: SQL[] = [];
  if (playerId !== null) {
    const player = numberOfActor('player', playerId);
    all.push(eq(p.player, player), ...numbersWithin(p.number, player, { from: null, to: before }));
  } else if (before !== null) {
    all.push(lt(p.announcedAt, before));
  }
  if (type !== null) all.push(eq(p.claimType, numberOf('claim_type', type)));
  return all;
}

type Selected = Awaited<ReturnType<typeof pendingStatement>>[number];

export function rewardOf({
  handle,
  announcedAt,
  expiresAt,
  microseconds,
  player,
  number,
  plan,
  ...reward
}: Selected): PendingReward {
  return {
    ...reward,
    announcedAt: announcedAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    announcementId: encodeClaimId(handle, number),
    gives: (plan as KernelPlan).postings.map(({ resource, delta }) => ({ resource, amount: delta })),
    draws: drawsOf(plan as KernelPlan),
    position: [microseconds, player, number],
  };
}

function drawsOf({ choices }: KernelPlan): PendingReward['draws'] {
  const times = new Map<string, number>();
  for (const { one_of } of choices) {
    const [draw] = (one_of[0]?.draws ?? []) as readonly Draw[];
    if (draw) times.set(draw.table, (times.get(draw.table) ?? 0) + 1);
  }
  return [...times].map(([table, draws]) => ({ table, draws }));
}
