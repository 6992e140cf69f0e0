/** Computes what a claim type gives for the facts of a claim: postings, and the source keys that they take. */
import { derivedKey } from './canonical.ts';
import { checkFacts } from './facts.ts';
import type { Fault } from './fault.ts';
import type { Posting } from './moves.ts';
import { readsOf } from './player-facts.ts';
import { give, resourceRule } from './postings.ts';
import type { ScopedSourceKey } from './rejections.ts';
import { type BalanceRules, type ClaimTypeRule, type Facts, FormulaError, type PlayerRead } from './rules.ts';

export interface RewardPlan {
  readonly kind: 'plan';
  readonly postings: readonly Posting[];
  readonly sourceKeys: readonly ScopedSourceKey[];
}

/** What the formulas of a claim type read of the player. */
export function readsOfClaimType(claimType: ClaimTypeRule | undefined): readonly PlayerRead[] {
  return claimType ? readsOf(claimType.rewards.map(({ amount }) => amount)) : [];
}

/** `field`: the path of the facts in the input, for the fault that names one of them. `player`: what the formulas read of them. */
export function planReward(
  claimType: ClaimTypeRule,
  { facts, field, player }: { facts: Facts; field: string; player: Facts },
  rules: BalanceRules,
): RewardPlan | { readonly kind: 'fault'; readonly fault: Fault } {
  const fault = checkFacts(facts, claimType, field);
  if (fault) return { kind: 'fault', fault };
  try {
    const postings = rewardPostings(claimType, { ...facts, ...player }, rules);
    return { kind: 'plan', postings, sourceKeys: sourceKeysOf(claimType, facts, postings) };
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    // A formula that fails on facts that it declares is a fault of the config: nothing is recorded, so a corrected config pays.
    const message = `A formula of ${claimType.name} fails for these facts. After the balance config is corrected, send the same key again.`;
    return {
      kind: 'fault',
      fault: { code: 'CONFIG_UNAVAILABLE', field: null, message, detail: error.message },
    };
  }
}

export function rewardPostings(claimType: ClaimTypeRule, inputs: Facts, rules: BalanceRules): Posting[] {
  return claimType.rewards
    .map(({ resource, amount, cap }) =>
      give(resourceRule(rules, resource), Math.min(amount(inputs), cap ?? Infinity)),
    )
    .filter((posting) => posting.delta !== 0);
}

/** A resource that is given once per source takes a source key; a reward of 0 takes none. */
function sourceKeysOf(
  claimType: ClaimTypeRule,
  facts: Facts,
  postings: readonly Posting[],
): ScopedSourceKey[] {
  const given = new Set(postings.map(({ resource }) => resource));
  return claimType.rewards.flatMap(({ resource, onceFor, scope }) =>
    onceFor && given.has(resource)
      ? [{ scope, type: resource, key: sourceOf(onceFor.map((fact) => String(facts[fact]))) }]
      : [],
  );
}

/** The value of the fact that names the source, as it is; of several facts, a key for all. */
function sourceOf(values: readonly string[]): string {
  return values.length === 1 ? (values[0] as string) : derivedKey(...values);
}
