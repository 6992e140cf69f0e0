// announceReward: a game server says that a reward is owed.
import type { OpeningTab } from './opening-tab.ts';

export const announceReward: OpeningTab = {
  document: `# Game servers: an encounter or slip is over, the reward is
# owed. Nothing moves yet; it stands among the unsettled
# claims until the player claims it or somebody recovers
# it, at the amounts of now.

mutation announceReward($input: AnnounceRewardInput!) {
  announceReward(input: $input) {
    __typename
    ... on Receipt { replayed correlationId claim { id key claimedAt } }
    ... on Rejection { code message correlationId }
    ... on IdempotencyKeyReused { fields }
    ... on AlreadyClaimed { claim { id operation claimedAt } }
    ... on UnknownClaimType { claimType }
    ... on VersionConflict { expected current }
  }
}
`,
  variables: (newKey) => ({
    input: {
      idempotencyKey: newKey(),
      playerId: 'player-1',
      type: 'ascension_victory',
      key: 'tower-7',
      facts: { floor: 12 },
    },
  }),
};
