// The tab that opens first: how the page works, in a few lines, above a query that proves the server answers.
import type { OpeningTab } from './opening-tab.ts';

export const welcome: OpeningTab = {
  document: `# Onceward grants game rewards exactly once.
#
# 1. Paste a token above. It stays in this browser tab.
# 2. Choose a tab: each holds one operation, ready.
# 3. Run it with the button beside it, or Ctrl-Enter.
#
# Every mutation carries an idempotency key. Run it again
# with the same key, and the first answer comes back with
# "replayed": true. Nothing is granted twice. For another
# reward, press "New key".
#
# Under each result stands the request's correlation ID;
# "Follow" opens a trace of what the request did.

query welcome {
  __typename
}
`,
  variables: null,
};
