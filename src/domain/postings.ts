/** Builds postings that give or take a resource, with the floor and ceiling of its rule. */
import type { Limit, Posting } from './moves.ts';
import type { BalanceRules, ResourceRule } from './rules.ts';

/** Gives `amount` (≥ 0). At the ceiling the resource's rule decides: reject, or give what fits. */
export function give(resource: ResourceRule, amount: number): Posting {
  return {
    resource: resource.name,
    delta: amount,
    floor: null,
    ceiling: resource.ceiling,
    atLimit: resource.atCeiling,
    ...(resource.converts && { converts: resource.converts }),
  };
}

/** All of it or nothing, whatever the resource's rule says of its ceiling. */
export function whole({ converts: _, ...posting }: Posting): Posting {
  return { ...posting, atLimit: 'reject' };
}

/** Takes `amount` (≥ 0). Where the balance would fall below the floor, the whole operation is rejected. */
export function take(resource: ResourceRule, amount: number): Posting {
  return {
    resource: resource.name,
    delta: -amount,
    floor: resource.floor,
    ceiling: null,
    atLimit: 'reject',
  };
}

/**
 * Writes down the regeneration of every resource whose limit depends on `changing`, before that balance changes: what
 * regenerated under the old limit does not change afterwards.
 */
export function settleDependents(changing: string, rules: BalanceRules): Posting[] {
  return [...rules.resources.values()]
    .filter(({ accrual }) => accrual?.regenerates && follows(accrual.regenerates.upTo, changing))
    .map((resource) => give(resource, 0));
}

/** The config's checks guarantee that the resource exists; a missing rule is a defect of ours. */
export function resourceRule(rules: BalanceRules, name: string): ResourceRule {
  const rule = rules.resources.get(name);
  if (!rule) throw new Error(`resource ${name} passed validation but has no rule`);
  return rule;
}

function follows(limit: Limit, resource: string): boolean {
  return typeof limit === 'object' && limit.resource === resource;
}
