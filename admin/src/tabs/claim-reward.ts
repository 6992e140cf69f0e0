// claimReward: the reward that the balance config holds for a claim type.
import type { OpeningTab } from './opening-tab.ts';

export const claimReward: OpeningTab = {
  document: `# Give a player a reward of the balance config, once.
#
# Players claim for themselves: with the type alone where
# the day is the proof, as below, or with a ticket that a
# game server signed:
#   "type": "pve_victory", "ticket": "eyJ…"
# Servers and staff name the player, and add a key and
# facts where the claim type wants them:
#   "playerId": "player-1", "type": "ascension_victory",
#   "key": "tower-1", "facts": { "floor": 12 }
#
# Same key again: the same receipt, replayed. Another key
# for the same type and key: AlreadyClaimed. A "no" is
# final for its key, too.

mutation claimReward($input: ClaimRewardInput!) {
  claimReward(input: $input) {
    __typename
    ... on Receipt {
      replayed
      correlationId
      claim { id type key claimedAt configVersion }
      changes { resource before after delta }
      levelBefore
      levelAfter
      tierBefore
      tierAfter
      player {
        id
        version
        level
        tier { name }
        stats { name points maximum }
        unspentStatPoints
      }
    }
    ... on Rejection { code message correlationId }
    ... on AlreadyClaimed {
      claim { id claimedAt }
      changes { resource before after delta }
    }
    ... on IdempotencyKeyReused { fields }
    ... on NotEligible { why }
    ... on VersionConflict { expected current }
  }
}
`,
  variables: (newKey) => ({
    input: { idempotencyKey: newKey(), type: 'daily_quest' },
  }),
};
