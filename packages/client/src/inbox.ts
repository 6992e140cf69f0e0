/**
 * What an inbox screen needs: the rewards that are pending, a mark for those that the player has seen, and collecting through the
 * outbox. A reward is paid once whatever key collects it, so collecting again after a failure pays nothing twice.
 */
import type { Client } from './client.ts';
import {
  type CollectRewardsResult,
  collectRewards,
  type InboxReward,
  inbox,
  type MarkReadInput,
  type MarkReadResult,
  markRead,
} from './generated.ts';
import type { QueryOperation } from './operation.ts';
import type { Outbox, Sent } from './outbox-types.ts';

/** Rewards as `readInbox` returned them, or everything that is pending. */
export type Rewards = readonly Pick<InboxReward, 'id'>[] | 'all';

export interface InboxPage {
  /** Unread ones first, the newest of each first. */
  readonly rewards: readonly InboxReward[];
  /** Pass it as `after` for the next page; null: this is the last one. */
  readonly next: string | null;
}

export interface InboxOptions {
  /** Of titles and texts. The default language unless set. */
  readonly language?: string;
  /** 1 to 100; 50 unless set, as many as one `collect` pays. */
  readonly first?: number;
  /** `next` of the page before. */
  readonly after?: string | null;
}

/** The API takes as many in one call. */
const MOST_COLLECTED = 50;

/** Reads a page of the signed-in player's inbox. Rejects with an OncewardError. */
export async function readInbox(
  client: Client,
  { language, first = MOST_COLLECTED, after }: InboxOptions = {},
): Promise<InboxPage> {
  const { edges, pageInfo } = await client.query(inbox, { language, first, after });
  return { rewards: edges.map(({ node }) => node), next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}

/**
 * Collects rewards, or the oldest 50 of all. While the intent is in the outbox, the same rewards are the same intent. Of a receipt, `items`
 * says what became of each; `more` that others are pending. What failed is collected by another `collect`.
 */
export async function collect(outbox: Outbox, rewards: Rewards): Promise<Sent<CollectRewardsResult>> {
  if (rewards === 'all') return outbox.send(collectRewards, { all: true }, { name: 'collect:all' });
  const ids = idsOf(rewards);
  return outbox.send(collectRewards, { ids }, { name: `collect:${[...ids].sort().join(':')}` });
}

/** Marks rewards as read, and returns how many were unread. Like a query it takes no key, and is repeated without an answer. */
export async function markAsRead(client: Client, rewards: Rewards): Promise<number> {
  const input = rewards === 'all' ? { all: true } : { ids: idsOf(rewards) };
  const { marked } = await client.query(repeatable, { input });
  return marked;
}

/** Sent again it changes nothing. */
const repeatable = { ...markRead, kind: 'query' } as unknown as QueryOperation<
  'markRead',
  { readonly input: MarkReadInput },
  MarkReadResult
>;

/** Each once: the API refuses an ID that is listed twice. */
function idsOf(rewards: Exclude<Rewards, 'all'>): string[] {
  const ids = [...new Set(rewards.map(({ id }) => id))];
  if (ids.length === 0 || ids.length > MOST_COLLECTED)
    throw new RangeError(`A call takes 1 to ${MOST_COLLECTED} rewards, not ${ids.length}`);
  return ids;
}
