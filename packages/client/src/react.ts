/** React hooks: the state of an outbox, a query that can be repeated, and the inbox. */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Client } from './client.ts';
import { type CollectRewardsResult, type InboxReward, inbox } from './generated.ts';
import { collect, markAsRead, type Rewards } from './inbox.ts';
import type { QueryOperation } from './operation.ts';
import type { Outbox, OutboxState, Sent } from './outbox-types.ts';

/** Renders again with each change of the outbox. */
export function useOutbox(outbox: Outbox): OutboxState {
  return useSyncExternalStore(
    useCallback((listener: () => void) => outbox.subscribe(listener), [outbox]),
    () => outbox.state(),
  );
}

export interface Queried<Result> {
  /** Null until the first answer. Kept while it is loaded again. */
  readonly data: Result | null;
  readonly error: Error | null;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** Runs a query when the component appears, when its variables change, and on `reload`. */
export function useOncewardQuery<Name extends string, Variables extends object, Result>(
  client: Client,
  operation: QueryOperation<Name, Variables, Result>,
  variables: Variables,
): Queried<Result> {
  const [count, setCount] = useState(0);
  const [state, setState] = useState<Omit<Queried<Result>, 'reload'>>({
    data: null,
    error: null,
    isLoading: true,
  });
  const written = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `count` rises to load again; `written` stands for the variables.
  useEffect(() => {
    let isCurrent = true;
    setState(({ data }) => ({ data, error: null, isLoading: true }));
    const query = client.query as (of: typeof operation, values: object) => Promise<Result>;
    query(operation, JSON.parse(written)).then(
      (data) => isCurrent && setState({ data, error: null, isLoading: false }),
      (error) => isCurrent && setState(({ data }) => ({ data, error, isLoading: false })),
    );
    return () => {
      isCurrent = false;
    };
  }, [client, operation, written, count]);
  return { ...state, reload: useCallback(() => setCount((before) => before + 1), []) };
}

export interface InboxView extends Omit<Queried<unknown>, 'data'> {
  /** Null until the first answer. Unread ones first; at most 50. */
  readonly rewards: readonly InboxReward[] | null;
  /** Whether there are more than these. */
  readonly hasMore: boolean;
  /** Whether an intent to collect is in the outbox, also one of the last session. */
  readonly isCollecting: boolean;
  readonly collect: (rewards: Rewards) => Promise<Sent<CollectRewardsResult>>;
  /** Loads the inbox again afterwards. */
  readonly markAsRead: (rewards: Rewards) => Promise<number>;
}

/** The inbox of the signed-in player. It is loaded again when an intent to collect has ended. */
export function useInbox(
  client: Client,
  outbox: Outbox,
  options: { readonly language?: string } = {},
): InboxView {
  const { data, reload, ...rest } = useOncewardQuery(client, inbox, { first: 50, ...options });
  const collecting = useOutbox(outbox).intents.filter(
    ({ operation }) => operation === 'collectRewards',
  ).length;
  const before = useRef(collecting);
  useEffect(() => {
    if (collecting < before.current) reload();
    before.current = collecting;
  }, [collecting, reload]);
  return {
    ...rest,
    reload,
    rewards: data?.edges.map(({ node }) => node) ?? null,
    hasMore: data?.pageInfo.hasNextPage ?? false,
    isCollecting: collecting > 0,
    collect: useCallback((rewards: Rewards) => collect(outbox, rewards), [outbox]),
    markAsRead: useCallback(
      (rewards: Rewards) => markAsRead(client, rewards).finally(reload),
      [client, reload],
    ),
  };
}
