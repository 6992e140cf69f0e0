// exchange: a price of the balance config for what it buys, draws included.
import type { OpeningTab } from './opening-tab.ts';

export const exchange: OpeningTab = {
  document: `# Pay a price of the balance config and get what it is
# for, whole or not at all: "drop", "summon",
# "multi_summon", "buy_summon_token" …
#
# What is drawn is drawn once; "draws" says from which
# table and by which roll. The same key again shows the
# same draws. Servers add "playerId".

mutation exchange($input: ExchangeInput!) {
  exchange(input: $input) {
    __typename
    ... on Receipt {
      replayed
      correlationId
      claim { id type draws { table outcome roll of guaranteed } }
      changes { resource before after delta cause }
      player { id version level }
    }
    ... on Rejection { code message correlationId }
    ... on IdempotencyKeyReused { fields }
    ... on InsufficientBalance { resource available required }
    ... on LimitExceeded { limit bound requested remaining renewsAt }
    ... on VersionConflict { expected current }
  }
}
`,
  variables: (newKey) => ({
    input: { idempotencyKey: newKey(), exchange: 'drop', quantity: 1 },
  }),
};
