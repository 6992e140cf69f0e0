/** Postings for giving and taking a resource, with the floor and ceiling that the rules hold for it. */
import type { Accrual, Limit, Milestone, Posting } from './moves.ts';
import type { Operation } from './operation.ts';
import type { BalanceRules, ResourceRule } from './rules.ts';

/** Gives `amount` (≥ 0); at the ceiling the resource's own rule decides between refusing and giving what fits. */
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

/** Takes `amount` (≥ 0), or refuses the whole operation where the balance would fall below the resource's floor. */
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
 * Writes down what time has brought to every resource whose limits follow from `changing`, before it changes: what grew
 * under the old limit stays what it was.
 */
export function settleDependents(changing: string, rules: BalanceRules): Posting[] {
  return [...rules.resources.values()]
    .filter(({ accrual }) => accrual?.regenerates && follows(accrual.regenerates.upTo, changing))
    .map((resource) => give(resource, 0));
}

/** What grows by itself, by resource: for operations whose postings the ledger finds. */
export function accrualsOf(rules: BalanceRules): Record<string, Accrual> {
  const accruals: Record<string, Accrual> = {};
  for (const { name, accrual } of rules.resources.values()) if (accrual) accruals[name] = accrual;
  return accruals;
}

/** What counts draws for a guarantee. */
export function countersOf(rules: BalanceRules): string[] {
  const tables = [...rules.exchanges.values()].flatMap(({ draws }) => draws.map(({ table }) => table));
  return [...new Set(tables.flatMap(({ guarantee }) => guarantee?.counter ?? []))];
}

/** The rule of a resource that the config's own cross-checks guarantee; a missing one is a defect of ours. */
export function resourceRule(rules: BalanceRules, name: string): ResourceRule {
  const rule = rules.resources.get(name);
  if (!rule) throw new Error(`resource ${name} passed validation but has no rule`);
  return rule;
}

/** What the postings may set off: level-ups, where they give experience. Judged by the kernel, from the balance it finds. */
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
 * `floor`: how low taking back may bring what levels gave; null: into debt. It is a floor to refuse at, whatever the resource
 * does at a ceiling: what a clamp would leave with the player, the next claim would pay again.
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
