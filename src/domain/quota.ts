/** How much of something one player may do in a day. What was done before is the ledger's to count, inside the transaction. */
import { dayOf, nextDayBegins } from './calendar.ts';
import type { Quota } from './operation.ts';
import type { BalanceRules, ClaimTypeRule } from './rules.ts';

/** None where the rules set no bound. */
export function dailyQuota(
  { name, limit, amount, bound }: Pick<Quota, 'name' | 'limit' | 'amount'> & { bound: number | null },
  now: Date,
  { timeZone }: BalanceRules,
): Quota[] {
  if (bound === null) return [];
  const renewsAt = nextDayBegins(now, timeZone).toISOString();
  return [{ name, limit, amount, bound, period: dayOf(now, timeZone), renewsAt }];
}

/** One claim more of a type: the same count whether it is claimed or recovered. */
export function claimQuota(
  { name, perDay }: Pick<ClaimTypeRule, 'name' | 'perDay'>,
  now: Date,
  rules: BalanceRules,
): Quota[] {
  return dailyQuota(
    { name: `claims:${name}`, limit: 'claims_per_day', amount: 1, bound: perDay },
    now,
    rules,
  );
}
