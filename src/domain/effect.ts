/** What changes mean for a player: the state after them, level and tier before and after. For receipts and previews alike. */
import type { ChangeRecord } from './outcome.ts';
import {
  balancesBefore,
  derivePlayer,
  levelOf,
  type PlayerState,
  type RecordedPlayer,
  tierOf,
} from './player-state.ts';
import type { BalanceRules } from './rules.ts';

export interface Effect {
  readonly changes: readonly ChangeRecord[];
  /** As the player is right after the changes. */
  readonly player: PlayerState;
  readonly levelBefore: number;
  readonly levelAfter: number;
  readonly tierBefore: string | null;
  readonly tierAfter: string | null;
}

/** `recorded`: the player after the changes. */
export function effectOf(
  recorded: RecordedPlayer,
  changes: readonly ChangeRecord[],
  rules: BalanceRules,
): Effect {
  const before = balancesBefore(recorded.balances, changes);
  // An owed reward is shown by the rules that it was announced under, and what time brought was reckoned by today's.
  const player = derivePlayer(recorded, rules, new Set(changes.map(({ resource }) => resource)));
  return {
    changes,
    player,
    levelBefore: levelOf(before, rules),
    levelAfter: player.level,
    tierBefore: tierOf(before, rules).name,
    tierAfter: player.tier.name,
  };
}
