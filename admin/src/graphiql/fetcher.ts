// Sends what the Run button requests, and records the reply for the status line. The schema is fetched by use-schema.ts.
import type { GraphiQLProps } from 'graphiql';
import { token } from '../session/token.ts';
import { chooseOperationName, sendGraphQL } from './graphql-request.ts';
import { activeTabId, recordReply } from './page-state.ts';
import { readOutcome } from './read-outcome.ts';

export const fetcher: GraphiQLProps['fetcher'] = async ({ query, operationName, variables }) => {
  const tabId = activeTabId.get();
  recordReply(tabId, { kind: 'waiting' });
  try {
    const request = { query, operationName: chooseOperationName(query, operationName), variables };
    const reply = await sendGraphQL(request, { token: token.get() });
    recordReply(tabId, { kind: 'answered', reply, outcome: readOutcome(reply.body) });
    return (
      reply.body ?? { errors: [{ message: `HTTP ${reply.status}, not JSON: ${reply.text.slice(0, 500)}` }] }
    );
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    const reason = timedOut ? 'No answer within 30 seconds' : 'The server could not be reached';
    recordReply(tabId, { kind: 'unanswered', reason });
    // GraphiQL would print the stack of a thrown error.
    const advice = 'The outcome is unknown. Run again with the same idempotency key to learn it.';
    return { errors: [{ message: `${reason}. ${advice}` }] };
  }
};
