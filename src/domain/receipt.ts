/** The receipt of a granted claim: what the ledger recorded, and what it meant under the rules that it was made with. */
import { type Effect, effectOf } from './effect.ts';
import type { ChangeRecord, ClaimRecord, Outcome } from './outcome.ts';
import type { BalanceRules } from './rules.ts';

export interface Receipt extends Effect {
  readonly kind: 'receipt';
  readonly claim: ClaimRecord;
  /** Of the other player of a transfer; null where there is none. */
  readonly counterpartyChanges: readonly ChangeRecord[] | null;
  readonly replayed: boolean;
  readonly correlationId: string;
}

/** `rules` must be of the claim's own config version: a replay shows the numbers of then, not of today. */
export function receiptOf(granted: Extract<Outcome, { kind: 'granted' }>, rules: BalanceRules): Receipt {
  const { claim, changes, counterpartyChanges, balances, anchors, playerSince, replayed } = granted;
  if (claim.configVersion !== rules.version) {
    throw new Error(`claim of config version ${claim.configVersion} shown under version ${rules.version}`);
  }
  const { playerId: id, playerVersion: version, claimedAt: at } = claim;
  return {
    kind: 'receipt',
    claim,
    ...effectOf({ id, version, balances, anchors, playerSince, at }, changes, rules),
    counterpartyChanges,
    replayed,
    correlationId: claim.correlationId,
  };
}
