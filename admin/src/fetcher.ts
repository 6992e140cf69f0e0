// Carries out what the Run button asks for, and leaves a summary of the reply for the status line. The schema does not
// come this way: see use-schema.ts.
import type { GraphiQLProps } from 'graphiql';
import { sendGraphQL } from './graphql-request.ts';
import { chooseOperationName } from './operation-name.ts';
import { readOutcome } from './read-outcome.ts';
import { activeTabId, recordReply } from './replies.ts';
import { token } from './token-store.ts';

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
    // A result rather than a thrown error: GraphiQL would print the error's stack.
    const advice = 'The work may or may not be done. To find out, run again with the same idempotency key.';
    return { errors: [{ message: `${reason}. ${advice}` }] };
  }
};
