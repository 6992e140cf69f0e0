/** Builds postings that give or take a resource, with the floor and ceiling of its rule; and the milestones they can reach. */
import type { Accrual, Limit, Milestone, Posting } from './moves.ts';
import type { Operation } from './operation.ts';
import type { BalanceRules, ResourceRule } from './rules.ts';

/** Gives `amount` (≥ 0). At the ceiling the resource's rule decides: reject, or give what fits. */
export function give(resource: ResourceRule, amount: number): Posting {
  return {
    resource: resource.name,
    delta: amount,
    floor: null,
    ceiling: resource.ceiling,
    atLimit: resource.atCeiling,
    ...accruing(resource),
  };
}

/** Takes `amount` (≥ 0). Where the balance would fall below the floor, the whole operation is rejected. */
export function take(resource: ResourceRule, amount: number): Posting {
  return {
    resource: resource.name,
    delta: -amount,
    floor: resource.floor,
    ceiling: null,
    atLimit: 'reject',
    ...accruing(resource),
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

/** Opening balances and regeneration by resource, for operations whose postings the kernel finds. */
export function accrualsOf(rules: BalanceRules): Record<string, Accrual> {
  const accruals: Record<string, Accrual> = {};
  for (const { name, accrual } of rules.resources.values()) if (accrual) accruals[name] = accrual;
  return accruals;
}

/** The resources that count draws for guarantees. */
export function countersOf(rules: BalanceRules): string[] {
  const tables = [...rules.exchanges.values()].flatMap(({ draws }) => draws.map(({ table }) => table));
  return [...new Set(tables.flatMap(({ guarantee }) => guarantee?.counter ?? []))];
}

/** The config's checks guarantee that the resource exists; a missing rule is a defect of ours. */
export function resourceRule(rules: BalanceRules, name: string): ResourceRule {
  const rule = rules.resources.get(name);
  if (!rule) throw new Error(`resource ${name} passed validation but has no rule`);
  return rule;
}

/** The level milestone, where the postings give experience. The kernel evaluates it from the balance that it finds. */
export function milestonesOf(
  { postings, choices }: Pick<Operation, 'postings' | 'choices'>,
  rules: BalanceRules,
): Milestone[] {
  const { resource } = rules.levels;
  const all = [...postings, ...choices.flatMap(({ oneOf }) => oneOf.flatMap((one) => one.postings))];
  return all.some((posting) => posting.resource === resource && posting.delta > 0)
    ? [levelMilestone(rules)]
    : [];
}

/**
 * `floor`: the lowest balance that taking level grants back may leave; null allows debt. The posting rejects even where the
 * resource clamps: what a clamp left with the player, the next level-up would pay again.
 */
export function levelMilestone(rules: BalanceRules, floor: number | null = null): Milestone {
  const { resource, thresholds, paidResource } = rules.levels;
  const grants = rules.levels.grants.map(({ resource: granted, amounts }) => {
    const { delta: _, ...posting } = give(resourceRule(rules, granted), 0);
    return { ...posting, amounts, floor, atLimit: 'reject' as const };
  });
  return { resource, thresholds, paidResource, grants };
}

const accruing = ({ accrual }: ResourceRule) => (accrual ? { accrual } : {});

function follows(limit: Limit, resource: string): boolean {
  return typeof limit === 'object' && limit.resource === resource;
}
