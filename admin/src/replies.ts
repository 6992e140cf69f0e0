// The last reply of each editor tab, for the line under its result. A reload removes them, like the results themselves.
import { createCell } from './cell.ts';
import type { GraphQLReply } from './graphql-request.ts';
import type { Outcome } from './read-outcome.ts';

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
