// State outside React: the token that requests send, the last reply of each tab, and the active tab.
import { useSyncExternalStore } from 'react';
import type { GraphQLReply } from './graphql-request.ts';
import type { Outcome } from './read-outcome.ts';

export interface Cell<T> {
  get(): T;
  set(value: T): void;
  subscribe(onChange: () => void): () => void;
}

function createCell<T>(initial: T): Cell<T> {
  const listeners = new Set<() => void>();
  let current = initial;
  return {
    get: () => current,
    set(value) {
      current = value;
      for (const listener of listeners) listener();
    },
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

export function useCell<T>(cell: Cell<T>): T {
  return useSyncExternalStore(cell.subscribe, cell.get);
}

const STORAGE_KEY = 'onceward:token';

/** sessionStorage keeps the token over a reload, for this browser tab only. */
export const token = createCell(sessionStorage.getItem(STORAGE_KEY) ?? '');

/** Accepts what people paste: a leading "Bearer", line breaks and spaces are removed. */
export function setToken(pasted: string): void {
  const value = pasted.replace(/^\s*bearer\s+/i, '').replace(/\s+/g, '');
  if (value) sessionStorage.setItem(STORAGE_KEY, value);
  else sessionStorage.removeItem(STORAGE_KEY);
  token.set(value);
}

// A reload removes the replies, like the results themselves.
export type LastReply =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'unanswered'; readonly reason: string }
  | { readonly kind: 'answered'; readonly reply: GraphQLReply; readonly outcome: Outcome };

export const replies = createCell<ReadonlyMap<string, LastReply>>(new Map());

/** GraphiQL's ID of the active tab. GraphiQL does not pass it to the fetcher. */
export const activeTabId = createCell('');

export function recordReply(tabId: string, reply: LastReply): void {
  replies.set(new Map(replies.get()).set(tabId, reply));
}
