/** Sends many requests at once, and summarises their answers. */
import type { MutationName, ResultOf } from './client.ts';
import type { BalanceChange, Receipt } from './schema-types.ts';

export function atOnce<T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => run(index)));
}

/** Runs `width` of them at once, and the next ones when all of these have been answered. */
export async function inWaves<In, Out>(
  all: readonly In[],
  width: number,
  run: (one: In, index: number) => Promise<Out>,
): Promise<Out[]> {
  const done: Out[] = [];
  for (let begin = 0; begin < all.length; begin += width) {
    const wave = all.slice(begin, begin + width).map((one, place) => run(one, begin + place));
    done.push(...(await Promise.all(wave)));
  }
  return done;
}

export type MutationResult = ResultOf<MutationName>;

/** The number of results of each type. An exceeded limit is counted under the limit's name. */
export function tally(results: readonly MutationResult[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const result of results) {
    const name = result.__typename === 'LimitExceeded' ? result.limit : result.__typename;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** The receipts among the results, in the order in which a player's claims were committed. */
export function receiptsIn(results: readonly MutationResult[]): Receipt[] {
  return results
    .filter((result) => result.__typename === 'Receipt')
    .sort((a, b) => a.claim.playerVersion - b.claim.playerVersion);
}

/** The sum of the changes of each resource. */
export function sumOf(changes: readonly Pick<BalanceChange, 'resource' | 'delta'>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { resource, delta } of changes) sums[resource] = (sums[resource] ?? 0) + delta;
  return sums;
}
