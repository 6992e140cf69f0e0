// ledger: every change of a player's balances, newest first, with the claim behind each.
import type { OpeningTab } from './opening-tab.ts';

export const ledger: OpeningTab = {
  document: `# Every change of a player's balances, newest first, and
# the claim behind each. Filter by resource, claim type
# and time; null leaves a filter out. For the next page,
# put endCursor into "after".

query ledger(
  $playerId: PlayerId!
  $first: Int
  $after: String
  $filter: HistoryFilter
) {
  ledger(playerId: $playerId, first: $first, after: $after, filter: $filter) {
    edges {
      node {
        sequence
        resource
        before
        after
        delta
        cause
        tierBefore
        tierAfter
        claim { id type key actorKind actorId reason correlationId claimedAt }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  variables: () => ({
    playerId: 'player-1',
    first: 20,
    after: null,
    filter: { resource: null, claimType: null, from: null, to: null },
  }),
};
