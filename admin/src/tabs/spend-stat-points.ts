// spendStatPoints: a player turns unspent points into stats.
import type { OpeningTab } from './opening-tab.ts';

export const spendStatPoints: OpeningTab = {
  document: `# Turn unspent stat points into energy, stamina, health.
#
# Needs a player's token. Each number is the points to
# put in, 0 or more, at least one of them above 0. More
# than the player has is refused, and nothing moves.

mutation spendStatPoints($input: SpendStatPointsInput!) {
  spendStatPoints(input: $input) {
    __typename
    ... on Receipt {
      replayed
      correlationId
      changes { resource before after delta }
      player {
        id
        version
        stats { name points maximum }
        unspentStatPoints
      }
    }
    ... on Rejection { code message correlationId }
    ... on IdempotencyKeyReused { fields }
    ... on InsufficientBalance { resource available required }
    ... on VersionConflict { expected current }
  }
}
`,
  variables: (newKey) => ({
    input: { idempotencyKey: newKey(), energy: 1, stamina: 0, health: 0 },
  }),
};
