/** Divides the rows of an import into batches, each with a correlation ID of its own. */
import { uuidV7 } from '../../src/log/correlation.ts';
import type { PlannedRow } from './plan.ts';

/**
 * The batches of one connection: rows of whole players, as far as they fit into one. `players` is shared by all connections:
 * each takes players of its own from it, so no two connections commit rows of the same player, and a player's rows stay in
 * their order.
 */
export function* batchesOf(
  players: Iterator<readonly PlannedRow[]>,
  size: number,
): Generator<readonly PlannedRow[], undefined> {
  let open: PlannedRow[] = [];
  for (let player = players.next(); !player.done; player = players.next()) {
    open = open.concat(player.value);
    while (open.length >= size) yield open.splice(0, size);
  }
  if (open.length > 0) yield open;
}

const COUNTER_DIGITS = 6;

/** The correlation ID of a run, a UUID whose last digits are 0: those of its batches count on from it. */
export function runId(): string {
  return batchId(uuidV7(Date.now()), 0);
}

/** `nth`: from 1. */
export function batchId(run: string, nth: number): string {
  return run.slice(0, -COUNTER_DIGITS) + nth.toString(16).padStart(COUNTER_DIGITS, '0');
}
