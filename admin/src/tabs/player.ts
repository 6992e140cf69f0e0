// player and me: one player as it is now, for staff and servers by ID, for a player without one.
import type { OpeningTab } from './opening-tab.ts';

export const player: OpeningTab = {
  document: `# A player as it is now. The run button asks which query:
#   player  any player by ID, for staff and servers
#   me      the player whose token this is

query player($playerId: PlayerId!) {
  player(id: $playerId) { ...Card }
}

query me {
  me { ...Card }
}

fragment Card on Player {
  id
  version
  level
  experience { current nextLevelAt }
  tier { name lifetimePoints next { name missing } }
  balances {
    resource
    amount
    regeneration { upTo nextUnitAt fullAt }
  }
  stats { name points maximum }
  unspentStatPoints
}
`,
  variables: () => ({ playerId: 'player-1' }),
};
