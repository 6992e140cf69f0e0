/** Rank tables: what must hold between their rows, and their compiled form. */
import type { PayoutRule } from '../domain/payout-rule.ts';
import { sortedEntries } from './json.ts';
import type { Report } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

export function checkPayouts({ payouts }: BalanceDocument, report: Report): void {
  for (const [name, { ranks }] of Object.entries(payouts))
    for (const [place, { to }] of ranks.entries()) {
      const before = ranks[place - 1]?.to ?? 0;
      if (to <= before)
        report(
          ['payouts', name, 'ranks', place, 'to'],
          `must be above ${before}, where the row before ends, not ${to}`,
        );
    }
}

export function compilePayouts({ payouts }: BalanceDocument): ReadonlyMap<string, PayoutRule> {
  return new Map(
    sortedEntries(payouts).map(([name, { ranks, ties }]) => [
      name,
      {
        name,
        ties,
        rows: ranks.map(({ to, gives }) => ({
          to,
          gives: sortedEntries(gives).map(([resource, amount]) => ({ resource, amount })),
        })),
      },
    ]),
  );
}
