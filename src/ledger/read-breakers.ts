/** What is held back and what breakers have counted, for staff: pages of held rewards, and each bound with what was given in the hour. */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Actor, StaffPermission } from '../domain/actor.ts';
import { BREAKER_PREFIX, BREAKER_SCOPES, type BreakerScope } from '../domain/breakers.ts';
import type { HeldFilter } from '../domain/release-rewards.ts';
import { breakers as b, breakerCounters as c, breakerTrips as t } from './breaker-tables.ts';
import type { Database, Reads } from './database.ts';
import { decodeCursor, encodeCursor, type PageOrder, type PageRequest, pageOf } from './page.ts';
import { type AuditedList, type Authorised, readAs, readListAs } from './read-authority.ts';
import { nameOf, numberOf, numberOfActor } from './read-names.ts';
import { type PendingReward, pendingColumns, rewardOf, wholePosition } from './read-pending.ts';
import { pendingRewards as p } from './state-tables.ts';

export interface HeldReward extends PendingReward {
  /** The type of the claim that it was held back from. */
  readonly heldType: string;
  /** Null: none; its player was frozen. */
  readonly breaker: string | null;
}

const HELD: PageOrder = { list: 'held', direction: 'ascending', width: 3 };

export const heldCursor = ({ position }: PendingReward): string => encodeCursor(HELD.list, position);
export const isHeldCursor = (cursor: string): boolean => decodeCursor(HELD, cursor) !== null;

interface HeldRequest {
  readonly filter: HeldFilter;
  /** Cursors must have been checked with `isHeldCursor`. */
  readonly page: PageRequest;
}

export function readHeld(
  database: Database,
  actor: Actor,
  list: AuditedList,
  request: HeldRequest,
): Promise<Authorised<HeldReward>> {
  return readListAs(
    database,
    actor,
    list,
    (reads) => [heldStatement(reads, request)] as const,
    ([rows]) => rows.map(heldOf),
  );
}

function heldStatement(reads: Reads, { filter, page }: HeldRequest) {
  const { within, orderBy } = pageOf(HELD, [p.announcedAt, p.player, p.number], page, wholePosition);
  return reads
    .select({
      ...pendingColumns(),
      heldType: nameOf('claim_type', p.heldType),
      breaker: sql<string | null>`${nameOf('limit', p.heldBy)}`,
    })
    .from(p)
    .where(and(sql`${p.isHeld}`, ...conditions(filter), ...within))
    .orderBy(...orderBy)
    .limit(page.limit);
}

function conditions({ breaker, type, playerId }: HeldFilter): SQL[] {
  const all: SQL[] = [];
  if (playerId !== null) all.push(eq(p.player, numberOfActor('player', playerId)));
  if (breaker !== null) all.push(eq(p.heldBy, numberOf('limit', `${BREAKER_PREFIX}${breaker}`)));
  if (type !== null) all.push(eq(p.heldType, numberOf('claim_type', type)));
  return all;
}

function heldOf({
  heldType,
  breaker,
  ...reward
}: Awaited<ReturnType<typeof heldStatement>>[number]): HeldReward {
  return { ...rewardOf(reward), heldType, breaker: breaker?.slice(BREAKER_PREFIX.length) ?? null };
}

/** A bound in the running hour, of the whole game, of one server or under one version. */
export interface BreakerState {
  readonly name: string;
  readonly per: BreakerScope;
  /** The server, or the config version; null: the whole game, or nothing counts yet. */
  readonly subject: string | null;
  readonly bound: number;
  readonly given: number;
  /** ISO 8601, UTC. */
  readonly hour: string;
  /** When it first held something back in this hour; null: it has not. */
  readonly trippedAt: string | null;
}

const NEEDS: StaffPermission = 'alarm:read';
/** Servers and versions of one breaker, at most. */
const MOST_STATES = 500;

export function readBreakers(database: Database, actor: Actor): Promise<Authorised<BreakerState>> {
  return readAs(database, actor, (reads) => breakersStatement(reads), stateOf, NEEDS);
}

function breakersStatement(reads: Reads) {
  const hour = sql`date_trunc('hour', now(), 'UTC')`;
  const version = sql`(SELECT v.version FROM onceward.balance_configs v WHERE v.effective_from <= now()
    ORDER BY v.effective_from DESC, v.version DESC LIMIT 1)`;
  const subject = sql<string | null>`CASE ${b.per} WHEN 2 THEN
    (SELECT a.id FROM onceward.actors a WHERE a.no = ${c.subject}) WHEN 3 THEN ${c.subject}::text END`;
  const tripped = sql`${t.limit} = ${c.limit} AND ${t.subject} = ${c.subject} AND ${t.hour} = ${c.hour}`;
  return reads
    .select({
      name: nameOf('limit', b.limit),
      per: b.per,
      subject: sql<string | null>`${subject}`,
      bound: b.bound,
      given: sql`coalesce(sum(${c.used}), 0)::bigint`.mapWith(Number),
      hour: sql<string>`onceward.shown_time(${hour})`,
      trippedAt: sql<string | null>`onceward.shown_time((SELECT ${t.trippedAt} FROM ${t} WHERE ${tripped}))`,
    })
    .from(b)
    .leftJoin(c, and(eq(c.limit, b.limit), sql`${c.hour} = ${hour}`))
    .where(sql`${b.configVersion} = ${version}`)
    .groupBy(b.limit, b.per, b.bound, c.subject, c.limit, c.hour)
    .orderBy(b.limit, c.subject)
    .limit(MOST_STATES);
}

function stateOf({
  name,
  per,
  ...state
}: Awaited<ReturnType<typeof breakersStatement>>[number]): BreakerState {
  return {
    ...state,
    name: name.slice(BREAKER_PREFIX.length),
    per: BREAKER_SCOPES[per - 1] as BreakerScope,
  };
}
