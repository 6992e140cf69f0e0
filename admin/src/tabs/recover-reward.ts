// pendingRewards and recoverReward: what was announced and never claimed, and paying it.
import type { OpeningTab } from './opening-tab.ts';

export const recoverReward: OpeningTab = {
  document: `# Rewards that a game server announced and nobody claimed.
# The run button asks which:
#   pendingRewards  lists them, oldest first
#   recoverReward    pays one, as it was announced
#
# Staff say why. The player's own claim and a recovery are
# the same claim: whoever comes second gets AlreadyClaimed.

query pendingRewards($filter: PendingFilter, $after: String) {
  pendingRewards(filter: $filter, first: 20, after: $after) {
    edges {
      node {
        playerId
        type
        key
        announcedAt
        gives { resource amount }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}

mutation recoverReward($input: RecoverRewardInput!) {
  recoverReward(input: $input) {
    __typename
    ... on Receipt {
      replayed
      correlationId
      claim { id type key reason claimedAt }
      changes { resource before after delta cause }
      player { id version level }
    }
    ... on Rejection { code message correlationId }
    ... on AlreadyClaimed {
      claim { id operation claimedAt }
      changes { resource before after delta }
    }
    ... on IdempotencyKeyReused { fields }
    ... on LimitExceeded { limit bound requested remaining renewsAt }
    ... on NotAnnounced { claimType claimKey }
    ... on VersionConflict { expected current }
  }
}
`,
  variables: (newKey) => ({
    filter: { playerId: null, type: null, before: null },
    after: null,
    input: {
      idempotencyKey: newKey(),
      playerId: 'player-1',
      type: 'ascension_victory',
      key: 'tower-7',
      reason: 'Never claimed: ticket 0000',
    },
  }),
};
