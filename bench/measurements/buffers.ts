/** Counts the pages that Postgres touches for a claim, whether they were cached or not: this must not grow with the ledger. */
import { openBackend } from '../load/backend.ts';
import type { Stack } from '../stack/stack.ts';
import { COMMIT_OPERATIONS } from '../subjects/baselines.ts';
import { kernelOperations, newClaims, type PlayerOf } from '../subjects/claims.ts';
import { commitClaims } from './kernel-cases.ts';

const CLAIMS = 100;
/** The first calls of a session read the catalogue. */
const WARM_UP_CLAIMS = 20;

interface Explained {
  readonly 'QUERY PLAN': readonly {
    readonly Plan: { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number };
  }[];
}

/** One figure per claim. EXPLAIN counts the statements inside the function as well. */
export async function countBuffers(stack: Stack, databaseUrl: string, playerOf: PlayerOf): Promise<number[]> {
  const backend = await openBackend(stack, databaseUrl);
  const nextClaim = newClaims('buffers', (claimNumber) => playerOf(claimNumber * 7));
  for (let claims = 0; claims < WARM_UP_CLAIMS; claims++) await commitClaims(backend, stack, [nextClaim()]);
  const counts: number[] = [];
  for (let claims = 0; claims < CLAIMS; claims++) {
    const row = await backend.call(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${COMMIT_OPERATIONS}`, [
      kernelOperations([nextClaim()], stack.rules),
    ]);
    const plan = (row as unknown as Explained)['QUERY PLAN'][0]?.Plan;
    if (!plan) throw new Error('EXPLAIN returned no plan');
    counts.push(plan['Shared Hit Blocks'] + plan['Shared Read Blocks']);
  }
  await backend.close();
  return counts;
}
