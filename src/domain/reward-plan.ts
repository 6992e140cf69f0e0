/** What a claim type gives for these facts: postings, and the further business keys that they take. */
import { checkFacts } from './facts.ts';
import type { Fault } from './fault.ts';
import type { Posting } from './moves.ts';
import type { FurtherKey } from './outcome.ts';
import { give, resourceRule } from './postings.ts';
import { type BalanceRules, type ClaimTypeRule, type Facts, FormulaError } from './rules.ts';

export interface RewardPlan {
  readonly kind: 'plan';
  readonly postings: readonly Posting[];
  readonly furtherKeys: readonly FurtherKey[];
}

/** `field`: where the facts stand in the input, for the fault that names one of them. */
export function planReward(
  claimType: ClaimTypeRule,
  { facts, field }: { facts: Facts; field: string },
  rules: BalanceRules,
): RewardPlan | { readonly kind: 'fault'; readonly fault: Fault } {
  const fault = checkFacts(facts, claimType, field);
  if (fault) return { kind: 'fault', fault };
  try {
    const postings = rewardPostings(claimType, facts, rules);
    return { kind: 'plan', postings, furtherKeys: furtherKeysOf(claimType, facts, postings) };
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    // A formula that fails on facts it declares is the config's fault: nothing is recorded, and a mended config pays.
    const message = `The balance config has no amount for these facts of ${claimType.name}; once it is mended, send the same key again`;
    return {
      kind: 'fault',
      fault: { code: 'CONFIG_UNAVAILABLE', field: null, message, detail: error.message },
    };
  }
}

function rewardPostings(claimType: ClaimTypeRule, facts: Facts, rules: BalanceRules): Posting[] {
  return claimType.rewards
    .map(({ resource, amount, cap }) =>
      give(resourceRule(rules, resource), Math.min(amount(facts), cap ?? Infinity)),
    )
    .filter((posting) => posting.delta !== 0);
}

/** What is given once for its source takes a business key of its own; what this claim does not give, it does not take. */
function furtherKeysOf(claimType: ClaimTypeRule, facts: Facts, postings: readonly Posting[]): FurtherKey[] {
  const given = new Set(postings.map(({ resource }) => resource));
  return claimType.rewards.flatMap(({ resource, onceFor }) =>
    // No fact that may stand in a source holds a slash, so two sources never share a name.
    onceFor && given.has(resource)
      ? [{ type: resource, key: onceFor.map((fact) => String(facts[fact])).join('/') }]
      : [],
  );
}
