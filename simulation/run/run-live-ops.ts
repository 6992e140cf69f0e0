/** `npm run simulate -- --live-ops`: for each seed a campaign, rankings, an undo, erasures and merges under kills, each in a database of its own. */
import { proveCampaignsIn, proveRankingsIn } from '../campaign/findings.ts';
import { proveErasureIn } from '../erasure/findings.ts';
import { Tally } from '../invariants/tally.ts';
import { proveMergesIn } from '../merge/findings.ts';
import type { Environment } from '../stack/environment.ts';
import { proveUndoIn } from '../undo/findings.ts';

/** Returns the exit status. */
export async function runLiveOps(environment: Environment, seeds: readonly string[]): Promise<number> {
  const tally = new Tally();
  for (const seed of seeds) {
    environment.signal.throwIfAborted();
    const before = tally.findings.length;
    await proveCampaignsIn(environment, { seed, database: `campaign_${seed}`, tally });
    await proveRankingsIn(environment, { seed, database: `rankings_${seed}`, tally });
    await proveUndoIn(environment, { seed, database: `undo_${seed}`, tally });
    await proveErasureIn({ seed, tally });
    await proveMergesIn({ seed, tally });
    console.log(`seed ${seed}: ${tally.findings.length - before} violations`);
  }
  for (const { invariant, what } of tally.findings) console.log(`\n${invariant} violated: ${what}`);
  const { length } = tally.findings;
  console.log(
    length === 0 ? `\nPASSED: no violations. Seeds: ${seeds.join(', ')}` : `\nFAILED: ${length} violations.`,
  );
  return length === 0 ? 0 : 1;
}
