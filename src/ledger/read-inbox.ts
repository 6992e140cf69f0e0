/**
 * A page of a player's inbox: what is pending for them and has not expired, by the clock of the database. Unread rewards first if
 * asked for, then the newest.
 */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import type { InboxMessage } from '../domain/operation.ts';
import { REWARD_ORIGINS } from './columns.ts';
import type { Database, Reads } from './database.ts';
import { decodeCursor, encodeCursor, type PageOrder, type PageRequest, pageOf } from './page.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { idOf, nameOf, numberOfActor } from './read-names.ts';
import { isNotExpired, type PendingReward, pendingColumns, rewardOf } from './read-pending.ts';
import { pendingRewards as p } from './state-tables.ts';
import { rewardClaims } from './tables.ts';

export interface InboxReward extends PendingReward {
  readonly origin: (typeof REWARD_ORIGINS)[number];
  /** ISO 8601, UTC; null: not yet. */
  readonly readAt: string | null;
  readonly message: InboxMessage;
  /** The type of the claim that it was held back from; null: of none. */
  readonly heldType: string | null;
  /** The player who gave it; null: it is no gift of a player. */
  readonly from: string | null;
}

/** Whether unread rewards come first. */
export type InboxOrder = 'unread' | 'newest';

const ORDERS: Readonly<Record<InboxOrder, PageOrder>> = {
  unread: { list: 'inbox-unread', direction: 'descending', width: 2 },
  newest: { list: 'inbox-newest', direction: 'descending', width: 1 },
};

export function inboxCursor(order: InboxOrder, { position, readAt }: InboxReward): string {
  const [, , number] = position;
  const unread = readAt === null ? 1 : 0;
  return encodeCursor(ORDERS[order].list, order === 'unread' ? [unread, number] : [number]);
}

export function isInboxCursor(order: InboxOrder, cursor: string): boolean {
  return decodeCursor(ORDERS[order], cursor) !== null;
}

interface InboxRequest {
  readonly playerId: string;
  readonly order: InboxOrder;
  /** Cursors must have been checked with `isInboxCursor`. */
  readonly page: PageRequest;
}

export function readInbox(
  database: Database,
  actor: Actor,
  request: InboxRequest,
): Promise<Authorised<InboxReward>> {
  return readAs(database, actor, (reads) => inboxStatement(reads, request), rowOf);
}

function inboxStatement(reads: Reads, { playerId, order, page }: InboxRequest) {
  const { within, orderBy } =
    order === 'unread'
      ? pageOf(ORDERS.unread, [p.unread, p.number], page, unreadPosition)
      : pageOf(ORDERS.newest, [p.number], page);
  return reads
    .select({
      ...pendingColumns(),
      origin: p.origin,
      heldType: nameOf('claim_type', p.heldType) as SQL<string | null>,
      readAt: p.readAt,
      message: p.message,
      from: giverOf(),
    })
    .from(p)
    .where(and(eq(p.player, numberOfActor('player', playerId)), isNotExpired, ...within))
    .orderBy(...orderBy)
    .limit(page.limit);
}

const unreadPosition = ([unread, number]: readonly number[]): SQL =>
  sql`(${unread === 1}::boolean, ${number}::integer)`;

type Selected = Awaited<ReturnType<typeof inboxStatement>>[number];

/** Only a transfer has another player under the number of its recipient. */
function giverOf(): SQL<string | null> {
  const c = rewardClaims;
  const isGift = sql`${c.counterparty} = ${p.player} AND ${c.counterpartyNumber} = ${p.number}`;
  return sql<string | null>`${sql`(SELECT ${idOf(c.player)} FROM ${c} WHERE ${isGift})`}`;
}

function rowOf({ origin, heldType, readAt, message, from, ...reward }: Selected): InboxReward {
  return {
    ...rewardOf(reward),
    origin: REWARD_ORIGINS[origin - 1] as InboxReward['origin'],
    readAt: readAt?.toISOString() ?? null,
    heldType,
    message: message as InboxMessage,
    from,
  };
}
