/** Compiles progress: counters and streaks, and what claim types require of them and add to them. Maps are sorted by name. */
import type { ClaimTypeRule, CounterRule, StreakRule } from '../domain/rules.ts';
import { sortedEntries } from './json.ts';
import type { BalanceDocument } from './schema.ts';

export function compileCounters({ counters }: BalanceDocument): ReadonlyMap<string, CounterRule> {
  return new Map(
    sortedEntries(counters).map(([name, { period, max }]) => [name, { name, period, max: max ?? null }]),
  );
}

export function compileStreaks({ streaks }: BalanceDocument): ReadonlyMap<string, StreakRule> {
  return new Map(
    sortedEntries(streaks).map(([name, { period, grace, decay }]) => [
      name,
      { name, period, grace, loses: decay === 'reset' ? null : decay.lose },
    ]),
  );
}

type Progress = Pick<ClaimTypeRule, 'requires' | 'advances' | 'streak' | 'rewardsByStreak'>;

export function compileProgress({
  requiresProgress,
  advances,
  streak,
  rewardsByStreak,
}: BalanceDocument['claimTypes'][string]): Progress {
  return {
    requires: sortedEntries(requiresProgress).map(([counter, atLeast]) => ({ counter, atLeast })),
    advances: sortedEntries(advances).map(([counter, by]) => ({ counter, by })),
    streak: streak ?? null,
    rewardsByStreak: rewardsByStreak
      .toSorted((a, b) => b.from - a.from)
      .map(({ from, rewards }) => ({
        from,
        rewards: sortedEntries(rewards).map(([resource, amount]) => ({ resource, amount })),
      })),
  };
}
