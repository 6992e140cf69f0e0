/** A granted claim as the rows hold it, with the attempt that made it. */
import type { Entry } from '../model/effect.ts';
import type { BatchAttempt } from './operation.ts';
import type { BatchClaimRow } from './rows.ts';

/** A granted claim with the attempt that made it and its entries. */
export interface Recorded {
  readonly row: BatchClaimRow;
  readonly attempt: BatchAttempt;
  readonly entries: readonly (Entry & { readonly anchoredAt: number | null })[];
}

export function about({ row, attempt }: Pick<Recorded, 'row' | 'attempt'>) {
  return {
    player: row.player,
    evidence: [`key ${row.idempotencyKey}, call ${attempt.call}, number ${row.number}`],
  };
}
