// trace: everything that was granted, refused and audited under one correlation ID. The
// status line's Follow buttons open this document, too.
import type { OpeningTab } from './opening-tab.ts';

export const trace: OpeningTab = {
  document: `# Everything that one request did, by its correlation ID:
# from an answer, a screenshot or a line of the log.

query trace($correlationId: CorrelationId!) {
  trace(correlationId: $correlationId) {
    attempts {
      granted
      rejection
      input
      claim {
        id
        operation
        type
        key
        playerId
        actorKind
        actorId
        reason
        configVersion
        claimedAt
      }
      changes { resource before after delta }
    }
    audit {
      action
      outcome
      actorKind
      actorId
      playerId
      amount
      reason
      recordedAt
    }
  }
}
`,
  variables: () => ({ correlationId: '00000000-0000-0000-0000-000000000000' }),
};
