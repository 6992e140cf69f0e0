// applyDamage and heal: a game server moves current health.
import type { OpeningTab } from './opening-tab.ts';

export const applyDamage: OpeningTab = {
  document: `# Game servers: take current health, or give it back. The
# run button asks which. "delta" is what was applied,
# "cutOff" what was more than the player had, or more than
# the maximum that follows from the stats.

mutation applyDamage($input: ApplyDamageInput!) {
  applyDamage(input: $input) {
    __typename
    ... on Receipt {
      replayed
      correlationId
      changes { resource before after delta cutOff cause }
      player { id version }
    }
    ... on Rejection { code message correlationId }
    ... on IdempotencyKeyReused { fields }
    ... on VersionConflict { expected current }
  }
}

mutation heal($input: HealInput!) {
  heal(input: $input) {
    __typename
    ... on Receipt {
      replayed
      correlationId
      changes { resource before after delta cutOff cause }
      player { id version }
    }
    ... on Rejection { code message correlationId }
    ... on IdempotencyKeyReused { fields }
    ... on VersionConflict { expected current }
  }
}
`,
  variables: (newKey) => ({
    input: { idempotencyKey: newKey(), playerId: 'player-1', amount: 25, source: 'encounter-7' },
  }),
};
