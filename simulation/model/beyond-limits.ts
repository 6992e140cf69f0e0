/** The rejection of an operation that uses more of a limit than is left. */
import type { Rejection } from './effect.ts';
import type { LimitUse } from './limits.ts';

/** The first limit that the uses of these subjects exceed. */
export function beyondLimits(
  uses: readonly LimitUse[],
  subjects: readonly LimitUse['subject'][],
  used: (use: LimitUse) => number,
): Rejection | null {
  for (const use of uses) {
    if (!subjects.includes(use.subject) || used(use) + use.amount <= use.bound) continue;
    const { kind, about, amount: requested, resource = null } = use;
    // What another player received is not shown.
    const bound = use.subject === 'recipient' ? 0 : use.bound;
    const remaining = Math.max(bound - used(use), 0);
    const numbers = { ceilingOf: resource, bound, remaining, requested };
    return { kind: 'LimitExceeded', details: { limit: kind, ...numbers, ...about } };
  }
  return null;
}
