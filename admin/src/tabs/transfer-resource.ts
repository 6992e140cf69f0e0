// transferResource: from one player to another, both sides or neither.
import type { OpeningTab } from './opening-tab.ts';

export const transferResource: OpeningTab = {
  document: `# Give another player what the balance config lets
# players give: both sides in one transaction, or neither.
# The other player must exist. Servers add "playerId".

mutation transferResource($input: TransferResourceInput!) {
  transferResource(input: $input) {
    __typename
    ... on Receipt {
      replayed
      correlationId
      claim { id counterpartyId }
      changes { resource before after delta }
      player { id version }
    }
    ... on Rejection { code message correlationId }
    ... on IdempotencyKeyReused { fields }
    ... on InsufficientBalance { resource available required }
    ... on LimitExceeded { limit bound requested remaining renewsAt }
    ... on UnknownPlayer { playerId }
    ... on VersionConflict { expected current }
  }
}
`,
  variables: (newKey) => ({
    input: { idempotencyKey: newKey(), toPlayerId: 'player-2', resource: 'lumees', amount: 10 },
  }),
};
