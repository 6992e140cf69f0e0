/** What the first answer to a key and each replay of it have in common. */
import type { LedgerOutcome } from './ledger.ts';

export function essence(outcome: LedgerOutcome): unknown {
  switch (outcome.kind) {
    case 'granted':
      // Only a replay says since when the player exists.
      return { ...outcome, replayed: true, claim: { ...outcome.claim, playerSince: undefined } };
    case 'rejected':
      return { ...outcome, replayed: true };
    default:
      return outcome;
  }
}
