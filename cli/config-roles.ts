/**
 * The resources that the ledger counts in: once players have balances, they may not be exchanged for others. A new counter
 * of paid levels would pay every level again; a new resource of stat points would make all points vanish. What begins
 * with a value of its own (health, what regenerates) and counters of guarantees may be exchanged. Pure.
 */
import type { Problem } from '../src/config/problem.ts';
import type { BalanceDocument } from '../src/config/schema.ts';

type Roles = Pick<BalanceDocument, 'levels' | 'statPoints' | 'tiers'>;

function rolesOf({ levels, statPoints, tiers }: Roles): Record<string, string> {
  return {
    'levels.resource': levels.resource,
    'levels.paidResource': levels.paidResource,
    'statPoints.resource': statPoints.resource,
    'statPoints.stats.energy.resource': statPoints.stats.energy.resource,
    'statPoints.stats.stamina.resource': statPoints.stats.stamina.resource,
    'statPoints.stats.health.resource': statPoints.stats.health.resource,
    'tiers.resource': tiers.resource,
  };
}

/** Both documents must be valid. */
export function changedRoles(current: unknown, next: unknown): Problem[] {
  const before = rolesOf(current as Roles);
  return Object.entries(rolesOf(next as Roles)).flatMap(([path, resource]) =>
    before[path] === resource
      ? []
      : [
          {
            path,
            message: `must stay "${before[path]}": players' balances are counted in it, and "${resource}" begins at nothing`,
          },
        ],
  );
}
