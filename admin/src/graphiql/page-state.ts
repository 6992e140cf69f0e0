// State outside React: the last reply of each tab, and the active tab.
import { createCell } from '../ui/cell.ts';
import type { GraphQLReply } from './graphql-request.ts';
import type { Outcome } from './read-outcome.ts';

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
