// manualReward: a member of staff gives resources by hand.
import type { OpeningTab } from './opening-tab.ts';

export const manualReward: OpeningTab = {
  document: `# Staff: give a player resources by hand, inside your
# limits. The reason, 3 to 500 characters, stays in the
# ledger.
#
# The same award twice on one day is AlreadyClaimed, even
# under a new key. An award with an outside promotion
# behind it names that instead, as its "rewardId".

mutation manualReward($input: ManualRewardInput!) {
  manualReward(input: $input) {
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
    ... on LimitExceeded { limit bound requested remaining renewsAt }
    ... on VersionConflict { expected current }
  }
}
`,
  variables: (newKey) => ({
    input: {
      idempotencyKey: newKey(),
      playerId: 'player-1',
      grants: [{ resource: 'lumees', amount: 100 }],
      reason: 'Compensation: ticket 0000',
    },
  }),
};
