// reverseClaim: a member of staff takes a claim back.
import type { OpeningTab } from './opening-tab.ts';

export const reverseClaim: OpeningTab = {
  document: `# Staff: take a claim back, once. Every balance that it
# moved is moved back, level-ups included.
#
# "claimId" stands in the receipt and in the ledger. Where
# the player no longer has enough, REFUSE moves nothing,
# and DEBT leaves a debt that future grants pay first.

mutation reverseClaim($input: ReverseClaimInput!) {
  reverseClaim(input: $input) {
    __typename
    ... on Receipt {
      replayed
      correlationId
      claim { id type key reason claimedAt }
      changes { resource before after delta }
      levelBefore
      levelAfter
      player { id version level }
    }
    ... on Rejection { code message correlationId }
    ... on AlreadyClaimed {
      claim { id claimedAt }
      changes { resource before after delta }
    }
    ... on IdempotencyKeyReused { fields }
    ... on InsufficientBalance { resource available required }
    ... on LimitExceeded { limit bound requested remaining renewsAt }
    ... on VersionConflict { expected current }
  }
}
`,
  variables: (newKey) => ({
    input: {
      idempotencyKey: newKey(),
      playerId: 'player-1',
      claimId: '00000000-0000-0000-0000-000000000000',
      reason: 'Paid by mistake: ticket 0000',
      ifInsufficient: 'REFUSE',
    },
  }),
};
