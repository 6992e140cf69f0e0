/** `npm run simulate -- --batches`: seeds of batches alone, without a Worker. */

import { clearProgress, showProgress } from '../../cli/progress.ts';
import { BatchDatabase } from '../batches/batch-database.ts';
import { checkDeadlocks, INVARIANTS, Tally } from '../invariants/tally.ts';
import { counted, invariantTable } from '../report/summary.ts';
import type { DatabaseUrls, Environment } from '../stack/environment.ts';

export interface BatchesOptions extends Pick<Environment, 'deadlocks' | 'signal'> {
  readonly urls: DatabaseUrls;
  readonly seeds: readonly string[];
  readonly operations: number;
}

const MOST_FINDINGS = 10;

/** Returns the exit status. */
export async function runBatches({
  urls,
  seeds,
  operations,
  deadlocks,
  signal,
}: BatchesOptions): Promise<number> {
  const database = new BatchDatabase(urls);
  const total = new Tally();
  const counts = new Map<string, number>();
  const count = (kind: string) => counts.set(kind, (counts.get(kind) ?? 0) + 1);
  try {
    for (const [index, seed] of seeds.entries()) {
      if (signal.aborted) break;
      const tally = await database.run({ seed, operations, count, signal });
      checkDeadlocks(tally, await deadlocks.take());
      total.add(tally);
      const found = counted(tally.findings.length, 'violation');
      showProgress(`seed ${seed} (${index + 1} of ${seeds.length}): ${found}`);
    }
  } finally {
    clearProgress();
    await database.close();
  }
  const counters = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  console.log(
    `\n${counters.map(([kind, times]) => `  ${times.toLocaleString('en').padStart(9)} ${kind}`).join('\n')}\n`,
  );
  console.log(invariantTable(total).join('\n'));
  for (const { invariant, what, player, evidence = [] } of total.findings.slice(0, MOST_FINDINGS))
    console.log(
      `\n${invariant} violated: ${INVARIANTS[invariant]}\n  ${player}: ${what}\n  ${evidence.join('\n  ')}`,
    );
  const { length } = total.findings;
  console.log(length === 0 ? '\nPASSED: no violations.' : `\nFAILED: ${counted(length, 'violation')}.`);
  if (signal.aborted) return 130;
  return length === 0 ? 0 : 1;
}
