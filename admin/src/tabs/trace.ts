// trace: everything that one correlation ID did. The status line's Follow buttons open this document, too.
import type { OpeningTab } from './opening-tab.ts';

export const trace: OpeningTab = {
  document: `# Everything that one request did, by its correlation ID:
# from an answer, a screenshot or a line of the log.

query trace($correlationId: ID!) {
  trace(correlationId: $correlationId) {
    claims {
      id
      type
      key
      reason
      configVersion
      claimedAt
      changes { resource before after delta }
    }
  }
}
`,
  variables: () => ({ correlationId: '00000000-0000-0000-0000-000000000000' }),
};
