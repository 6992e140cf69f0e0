/** What a claim requires of progress. */
import { type ClaimEffect, type LedgerView, type Rejected, reject } from './effect.ts';

/** The first counter that has not reached what the claim requires. */
export function unmetRequirement(
  { requires = [] }: ClaimEffect,
  player: string,
  ledger: LedgerView,
): Rejected | null {
  for (const { counter, atLeast: need, countedFrom } of requires) {
    const changedAt = ledger.changedAt(player, counter) ?? Number.NEGATIVE_INFINITY;
    const have = changedAt < countedFrom ? 0 : (ledger.balances(player)[counter] ?? 0);
    if (have < need) return reject('ProgressNotReached', { counter, have, need });
  }
  return null;
}
