// What the pages about players read, and under which keys it is cached.
import {
  balanceConfig,
  claimables,
  findPlayers,
  type InboxReward,
  inbox,
  type LimitState,
  notes,
  offers,
  pendingRewards,
  player,
  timeline,
} from '@onceward/client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, queryClient } from '../session/api.ts';

const TIMELINE_PAGE = 30;

export const playerQuery = (id: string) =>
  queryOptions({ queryKey: ['player', id], queryFn: () => client.query(player, { id }) });

/** A search is audited, so it is not repeated by itself. */
export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: ['findPlayers', text],
    queryFn: () => client.query(findPlayers, { text, first: 50 }),
    staleTime: 60_000,
  });

export interface Owed {
  readonly reward: InboxReward;
  /** Its claim key, by which it is collected for the player; null: it is not among the oldest hundred, or no announcement. */
  readonly key: string | null;
}

/** What waits in the inbox, the newest first. */
export const owedQuery = (playerId: string) =>
  queryOptions({
    queryKey: ['player', playerId, 'owed'],
    queryFn: async (): Promise<{ readonly rewards: readonly Owed[]; readonly hasMore: boolean }> => {
      const [shown, pending] = await Promise.all([
        client.query(inbox, { playerId, first: 50, unreadFirst: false }),
        client.query(pendingRewards, { filter: { playerId }, first: 100 }),
      ]);
      const keys = new Map(pending.edges.map(({ node }) => [node.announcementId, node.key]));
      return {
        rewards: shown.edges.map(({ node }) => ({ reward: node, key: keys.get(node.id) ?? null })),
        hasMore: shown.pageInfo.hasNextPage,
      };
    },
  });

export const limitsQuery = (playerId: string) =>
  queryOptions({
    queryKey: ['player', playerId, 'limits'],
    queryFn: async () => {
      const [claims, shop] = await Promise.all([
        client.query(claimables, { playerId }),
        client.query(offers, { playerId }),
      ]);
      return usedLimits([...claims.claimables, ...shop.offers]);
    },
  });

export const timelineQuery = (playerId: string) =>
  infiniteQueryOptions({
    queryKey: ['player', playerId, 'timeline'],
    queryFn: ({ pageParam }) => client.query(timeline, { playerId, first: TIMELINE_PAGE, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

export const notesQuery = (playerId: string) =>
  infiniteQueryOptions({
    queryKey: ['player', playerId, 'notes'],
    queryFn: ({ pageParam }) => client.query(notes, { playerId, first: 20, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo: { hasNextPage, endCursor } }) => (hasNextPage ? endCursor : null),
  });

/** A published version never changes. */
export const configQuery = (version: number | null) =>
  queryOptions({
    queryKey: ['balanceConfig', version],
    queryFn: () => client.query(balanceConfig, version === null ? {} : { version }),
    staleTime: version === null ? 30_000 : Number.POSITIVE_INFINITY,
  });

/** Reads again what an action changed. */
export function refreshPlayer(playerId: string): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ['player', playerId] });
}

type Limit = LimitState;

export interface ShownLimit extends Limit {
  /** The claim type or exchange, or the name of the limit that several share. */
  readonly name: string;
}

/** Those of which something is used, the fullest first. A limit that several share is shown once. */
function usedLimits(
  entries: readonly { readonly id: string; readonly limits: readonly Limit[] }[],
): ShownLimit[] {
  const all = entries.flatMap(({ id, limits }) =>
    limits.map((limit) => ({ ...limit, name: limit.sharedLimit ?? id })),
  );
  const unique = new Map(all.map((limit) => [`${limit.name} ${limit.limit} ${limit.period}`, limit]));
  const share = ({ used, bound }: Limit) => used / Math.max(bound, 1);
  return [...unique.values()].filter(({ used }) => used > 0).sort((a, b) => share(b) - share(a));
}

/** Evaluates formulas of levels. Its script is loaded when somebody looks at a level-up. */
export const evaluatorQuery = queryOptions({
  queryKey: ['evaluate'],
  queryFn: () => import('./evaluate.ts'),
  staleTime: Number.POSITIVE_INFINITY,
});
