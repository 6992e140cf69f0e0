/** Postings for giving and taking a resource, with the floor and ceiling that the rules hold for it. */
import type { Milestone, Posting } from './operation.ts';
import type { BalanceRules, ResourceRule } from './rules.ts';

/** Gives `amount` (≥ 0); at the ceiling the resource's own rule decides between refusing and giving what fits. */
export function give(resource: ResourceRule, amount: number): Posting {
  return {
    resource: resource.name,
    delta: amount,
    floor: null,
    ceiling: resource.ceiling,
    atLimit: resource.atCeiling,
  };
}

/** Takes `amount` (≥ 0), or refuses the whole operation where the balance would fall below the resource's floor. */
export function take(resource: ResourceRule, amount: number): Posting {
  return { resource: resource.name, delta: -amount, floor: resource.floor, ceiling: null, atLimit: 'reject' };
}

/** The rule of a resource that the config's own cross-checks guarantee; a missing one is a defect of ours. */
export function resourceRule(rules: BalanceRules, name: string): ResourceRule {
  const rule = rules.resources.get(name);
  if (!rule) throw new Error(`resource ${name} passed validation but has no rule`);
  return rule;
}

/** What the postings may set off: level-ups, where they give experience. Judged by the kernel, from the balance it finds. */
export function milestonesOf(postings: readonly Posting[], rules: BalanceRules): Milestone[] {
  const { resource, thresholds, paidResource } = rules.levels;
  return postings.some((posting) => posting.resource === resource && posting.delta > 0)
    ? [{ resource, thresholds, paidResource, grants: levelGrants(rules) }]
    : [];
}

function levelGrants(rules: BalanceRules): Milestone['grants'] {
  return rules.levels.grants.map(({ resource, amounts }) => {
    const { floor, ceiling, atLimit } = give(resourceRule(rules, resource), 0);
    return { resource, amounts, floor, ceiling, atLimit };
  });
}
