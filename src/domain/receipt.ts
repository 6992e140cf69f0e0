/** The receipt of a granted claim: what the ledger recorded, and what it meant under the rules that it was made with. */
import type { ChangeRecord, ClaimRecord, Outcome } from './outcome.ts';
import { balancesBefore, derivePlayer, levelOf, type PlayerState, tierOf } from './player-state.ts';
import type { BalanceRules } from './rules.ts';

export interface Receipt {
  readonly kind: 'receipt';
  readonly claim: ClaimRecord;
  readonly changes: readonly ChangeRecord[];
  /** As the player was right after the claim. */
  readonly player: PlayerState;
  readonly levelBefore: number;
  readonly levelAfter: number;
  readonly tierBefore: string | null;
  readonly tierAfter: string | null;
  readonly replayed: boolean;
  readonly correlationId: string;
}

/** `rules` must be of the claim's own config version: a replay shows the numbers of then, not of today. */
export function receiptOf(granted: Extract<Outcome, { kind: 'granted' }>, rules: BalanceRules): Receipt {
  const { claim, changes, balances, replayed } = granted;
  if (claim.configVersion !== rules.version) {
    throw new Error(`claim of config version ${claim.configVersion} shown under version ${rules.version}`);
  }
  const before = balancesBefore(balances, changes);
  const player = derivePlayer({ id: claim.playerId, version: claim.playerVersion, balances }, rules);
  return {
    kind: 'receipt',
    claim,
    changes,
    player,
    levelBefore: levelOf(before, rules),
    levelAfter: player.level,
    tierBefore: tierOf(before, rules).name,
    tierAfter: player.tier.name,
    replayed,
    correlationId: claim.correlationId,
  };
}
