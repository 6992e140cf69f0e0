/** What the first answer to a key and each replay of it have in common. */
import type { LedgerOutcome } from './ledger.ts';

export function essence(outcome: LedgerOutcome): unknown {
  switch (outcome.kind) {
    case 'granted':
    case 'rejected':
      return { ...outcome, replayed: true };
    default:
      return outcome;
  }
}
