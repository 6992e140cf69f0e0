/** Everything that a seed of batches left behind. */
import type { BatchWorld, PublishedConfig } from './game.ts';
import type { BatchAttempt } from './operation.ts';
import type { BatchRows } from './rows.ts';

export interface BatchHistory {
  readonly attempts: readonly BatchAttempt[];
  readonly rows: BatchRows;
  readonly world: BatchWorld;
  readonly published: readonly PublishedConfig[];
  readonly refusalsPerDay: number;
}
