/** Compiles resources: limits that follow from a stat, what comes about by itself, and what players may give each other. */
import type { Accrual, Limit } from '../domain/moves.ts';
import type { ResourceRule } from '../domain/rules.ts';
import type { BalanceDocument } from './schema.ts';
import { sortedEntries } from './sorted-entries.ts';

type Resource = BalanceDocument['resources'][string];
type Stats = BalanceDocument['statPoints']['stats'];

export function compileResources({
  resources,
  statPoints: { stats },
}: BalanceDocument): ReadonlyMap<string, ResourceRule> {
  return new Map(
    sortedEntries(resources).map(([name, resource]): [string, ResourceRule] => {
      const { floor, atCeiling, manual, transfer } = resource;
      return [
        name,
        {
          name,
          floor,
          ceiling: compileLimit(resource.ceiling, stats),
          atCeiling,
          manual,
          accrual: compileAccrual(resource, stats),
          transfer: transfer ? { perTransfer: transfer.perTransfer, perDay: transfer.perDay } : null,
        },
      ];
    }),
  );
}

function compileLimit(limit: Resource['ceiling'], stats: Stats): Limit | null {
  if (limit === null || typeof limit === 'number') return limit;
  const { base, perPoint, resource } = stats[limit.stat];
  return { base, perUnit: perPoint, resource };
}

/** Null where nothing comes about by itself: most resources, whose balances then cost no reckoning. */
function compileAccrual(resource: Resource, stats: Stats): Accrual | null {
  const { startsWith, ceiling, regenerates } = resource;
  const initial = startsWith === 'ceiling' ? compileLimit(ceiling, stats) : startsWith || null;
  // Without a limit it has been refused by the cross-checks.
  const upTo = regenerates ? compileLimit(regenerates.upTo ?? ceiling, stats) : null;
  if (initial === null && upTo === null) return null;
  return {
    initial,
    regenerates:
      regenerates && upTo !== null
        ? { everySeconds: regenerates.everySeconds, amount: regenerates.amount, upTo }
        : null,
  };
}
