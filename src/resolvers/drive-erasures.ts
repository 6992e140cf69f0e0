/** Drives erasures: step after step until nothing is left, or the time is over. It keeps nothing: the schedule goes on. */
import type { Database } from '../ledger/database.ts';
import { stepErasures } from '../ledger/step-erasures.ts';

const PAUSE_MS = 200;

/** Ends also where somebody else makes the steps. */
export async function driveErasures(database: Database, forMs: number): Promise<void> {
  const ends = Date.now() + forMs;
  while (Date.now() < ends) {
    const step = await stepErasures(database);
    if (step === 'idle' || step === 'busy') return;
    if (step === 'waiting') await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
