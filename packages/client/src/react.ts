/** React hooks: the state of an outbox, and a query that can be repeated. */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { Client } from './client.ts';
import type { QueryOperation } from './operation.ts';
import type { Outbox, OutboxState } from './outbox-types.ts';

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
