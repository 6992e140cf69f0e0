/** Compiles progress: counters, and what claim types require of them and add to them. Lists and maps are sorted by name. */
import type { ClaimTypeRule, CounterRule } from '../domain/rules.ts';
import { sortedEntries } from './json.ts';
import type { BalanceDocument } from './schema.ts';

export function compileCounters({ counters }: BalanceDocument): ReadonlyMap<string, CounterRule> {
  return new Map(
    sortedEntries(counters).map(([name, { period, max }]) => [name, { name, period, max: max ?? null }]),
  );
}

export function compileProgress({
  requiresProgress,
  advances,
}: BalanceDocument['claimTypes'][string]): Pick<ClaimTypeRule, 'requires' | 'advances'> {
  return {
    requires: sortedEntries(requiresProgress).map(([counter, atLeast]) => ({ counter, atLeast })),
    advances: sortedEntries(advances).map(([counter, by]) => ({ counter, by })),
  };
}
