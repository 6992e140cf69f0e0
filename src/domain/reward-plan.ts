/** Computes what a claim type gives for the facts of a claim: postings, and the source keys that they take. */
import { derivedKey } from './canonical.ts';
import { unmetConditions } from './conditions.ts';
import { checkFacts } from './facts.ts';
import type { Fault } from './fault.ts';
import type { Posting } from './moves.ts';
import { readsOf } from './player-facts.ts';
import { give, resourceRule } from './postings.ts';
import type { ScopedSourceKey } from './rejections.ts';
import { type BalanceRules, type ClaimTypeRule, type Facts, FormulaError, type PlayerRead } from './rules.ts';

export interface RewardPlan {
  readonly kind: 'plan';
  /** The text keys of the conditions that are not met. Then nothing is given. */
  readonly unmet: readonly string[];
  readonly postings: readonly Posting[];
  readonly sourceKeys: readonly ScopedSourceKey[];
}

/** What the formulas and conditions of a claim type read of the player. */
export function readsOfClaimType(claimType: ClaimTypeRule | undefined): readonly PlayerRead[] {
  if (!claimType) return [];
  const { rewards, conditions } = claimType;
  const caps = rewards.flatMap(({ cap }) => (typeof cap === 'function' ? [cap] : []));
  return readsOf([...conditions.map(({ when }) => when), ...rewards.map(({ amount }) => amount), ...caps]);
}

/**
 * `field`: the path of the facts in the input, for the fault that names one of them. `player`: what the formulas read of them. A
 * formula may rely on the conditions: it is not computed for a player who does not meet them.
 */
export function planReward(
  claimType: ClaimTypeRule,
  { facts, field, player }: { facts: Facts; field: string; player: Facts },
  rules: BalanceRules,
): RewardPlan | FailedFormula {
  const fault = checkFacts(facts, claimType, field);
  if (fault) return { kind: 'fault', fault };
  return withFormulas(claimType.name, () => {
    const inputs = { ...facts, ...player };
    const unmet = unmetConditions(claimType.conditions, inputs);
    const postings = unmet.length === 0 ? rewardPostings(claimType, inputs, rules) : [];
    return { kind: 'plan', unmet, postings, sourceKeys: sourceKeysOf(claimType, facts, postings) };
  });
}

export interface FailedFormula {
  readonly kind: 'fault';
  readonly fault: Fault;
}

/**
 * A formula that fails on inputs that it declares is a fault of the config: nothing is recorded, so a corrected config pays.
 * `name`: of the claim type or exchange.
 */
export function withFormulas<T>(name: string, compute: () => T): T | FailedFormula {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    const message = `A formula of ${name} fails for these values. After the balance config is corrected, send the same key again.`;
    return {
      kind: 'fault',
      fault: { code: 'CONFIG_UNAVAILABLE', field: null, message, detail: error.message },
    };
  }
}

export function rewardPostings(claimType: ClaimTypeRule, inputs: Facts, rules: BalanceRules): Posting[] {
  return claimType.rewards
    .map(({ resource, amount, cap }) => {
      const most = typeof cap === 'function' ? cap(inputs) : (cap ?? Infinity);
      return give(resourceRule(rules, resource), Math.min(amount(inputs), most));
    })
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
