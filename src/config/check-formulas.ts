/**
 * Tries the formulas of a document before it is published: at the corners of their facts (minimum, maximum,
 * nearest to zero, every string, both booleans) and along each number's range, and the same of what they read of the
 * player. Reports formulas that fail or become negative. This is a trial, not a proof; at run time a failing formula
 * fails only its claim.
 */
import { readsOf } from '../domain/player-facts.ts';
import {
  type BalanceRules,
  type ClaimTypeRule,
  type ExchangeRule,
  type Expression,
  type FactRule,
  type Facts,
  type FactValue,
  FormulaError,
  type PlayerCondition,
  type PlayerRead,
} from '../domain/rules.ts';
import { type Problem, pathText } from './problem.ts';

/** 2¹², enough for twelve facts with two values. Facts beyond that keep their first value. */
const MAX_CORNERS = 4096;
/** Steps along one number's range, so that a range up to this size is covered completely. */
const MAX_STEPS = 1000;
/** The highest balance that is tried of a resource without a fixed ceiling. */
const LARGE_BALANCE = 1_000_000;

export function checkFormulas(rules: BalanceRules): Problem[] {
  return [
    ...[...rules.claimTypes.values()].flatMap((claimType) => checkClaimType(claimType, rules)),
    ...[...rules.exchanges.values()].flatMap((exchange) => checkExchange(exchange, rules)),
  ];
}

function checkClaimType({ name, facts, rewards, conditions }: ClaimTypeRule, rules: BalanceRules): Problem[] {
  const at = ['claimTypes', name];
  const tried = rewards.flatMap(({ resource, amount, cap }) => [
    { path: [...at, 'rewards', resource], expression: amount },
    ...(typeof cap === 'function' ? [{ path: [...at, 'rewards', resource, 'cap'], expression: cap }] : []),
  ]);
  return tryAll({ at, conditions, tried, facts }, rules);
}

function checkExchange(exchange: ExchangeRule, rules: BalanceRules): Problem[] {
  const { name, costs, gives, options, conditions, maxQuantity } = exchange;
  const at = ['exchanges', name];
  const lists = [
    ...costs.map((price, place) => ({
      path: costs.length > 1 ? [...at, 'costs', place] : [...at, 'costs'],
      amounts: price,
    })),
    { path: [...at, 'gives'], amounts: gives },
    ...[...(options ?? [])].map(([option, amounts]) => ({
      path: [...at, 'chooseOne', option, 'gives'],
      amounts,
    })),
  ];
  const tried = lists.flatMap(({ path, amounts }) =>
    amounts.flatMap(({ resource, amount }) =>
      typeof amount === 'function' ? [{ path: [...path, resource], expression: amount }] : [],
    ),
  );
  const facts = new Map([['quantity', { kind: 'int', min: 1, max: maxQuantity } as const]]);
  return tryAll({ at, conditions, tried, facts }, rules);
}

interface Tried {
  readonly path: readonly PropertyKey[];
  readonly expression: Expression<unknown>;
}

interface Trial {
  readonly at: readonly string[];
  readonly conditions: readonly PlayerCondition[];
  readonly tried: readonly Tried[];
  readonly facts: ReadonlyMap<string, FactRule>;
}

/** The formulas only where the conditions are met, as when they run. */
function tryAll({ at, conditions, tried, facts }: Trial, rules: BalanceRules): Problem[] {
  const ofFacts = trialsOf(facts);
  const ofConditions = readsOf(conditions.map(({ when }) => when));
  const trialsFor = (reads: readonly PlayerRead[]) =>
    reads.length === 0 ? ofFacts : trialsOf(new Map([...facts, ...rangesOf(reads, rules)]));
  const required = conditions.map(({ when }, index) => ({
    path: [...at, 'requires', index, 'when'],
    expression: when,
  }));
  const failures = (
    all: readonly Tried[],
    isTried: (inputs: Facts) => boolean,
    others: readonly PlayerRead[],
  ) =>
    all.flatMap(({ path, expression }): Problem[] => {
      const reads = new Map([...(expression.reads ?? []), ...others].map((read) => [read.name, read]));
      const message = firstFailure(expression, trialsFor([...reads.values()]).filter(isTried));
      return message === null ? [] : [{ path: pathText(path), message }];
    });
  const unmet = failures(required, () => true, []);
  if (unmet.length > 0) return unmet;
  return failures(tried, (inputs) => conditions.every(({ when }) => when(inputs)), ofConditions);
}

/** The first failure of a formula explains the problem. Further ones would only hide other problems. */
function firstFailure(expression: Expression<unknown>, trials: readonly Facts[]): string | null {
  for (const inputs of trials) {
    try {
      expression(inputs);
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
      return error.message;
    }
  }
  return null;
}

/** The values that what is read of a player may have, as those of facts. */
function rangesOf(reads: readonly PlayerRead[], rules: BalanceRules): [string, FactRule][] {
  return reads.map((read) => [read.name, rangeOf(read, rules)]);
}

function rangeOf(read: PlayerRead, { levels, tiers, resources }: BalanceRules): FactRule {
  switch (read.kind) {
    case 'level':
      return { kind: 'int', min: 1, max: (levels?.thresholds.length ?? 0) + 1 };
    case 'tier':
      return { kind: 'string', values: ['', ...(tiers?.tiers ?? []).map(({ name }) => name)] };
    case 'holds':
      return { kind: 'bool' };
    case 'attribute':
      return { kind: 'string', values: ['', ...read.values] };
    case 'balance': {
      const { floor = 0, ceiling = null } = resources.get(read.resource) ?? {};
      return { kind: 'int', min: floor, max: typeof ceiling === 'number' ? ceiling : LARGE_BALANCE };
    }
  }
}

function trialsOf(facts: ReadonlyMap<string, FactRule>): readonly Facts[] {
  return [...cornersOf(facts), ...sweepsOf(facts)];
}

/** Every combination of the corner values of all facts, smallest first. */
function cornersOf(facts: ReadonlyMap<string, FactRule>): Facts[] {
  let corners: Facts[] = [{}];
  for (const [name, rule] of facts) {
    const values = cornerValues(rule);
    const used = corners.length * values.length <= MAX_CORNERS ? values : values.slice(0, 1);
    corners = corners.flatMap((corner) => used.map((value) => ({ ...corner, [name]: value })));
  }
  return corners;
}

/**
 * Steps along each number's range, with the other facts at their first and at their last values. Finds what corners
 * miss, such as a division by zero in the middle of a range.
 */
function sweepsOf(facts: ReadonlyMap<string, FactRule>): Facts[] {
  const corners = cornersOf(facts);
  const bases = [corners[0], corners.at(-1)];
  return [...facts].flatMap(([name, rule]) =>
    rule.kind === 'int'
      ? stepsOf(rule).flatMap((value) => bases.map((base) => ({ ...base, [name]: value })))
      : [],
  );
}

function stepsOf({ min, max }: { min: number; max: number }): number[] {
  const steps = Math.min(MAX_STEPS, max - min);
  const stride = (max - min) / Math.max(1, steps);
  return Array.from({ length: steps + 1 }, (_, step) => Math.min(max, Math.round(min + step * stride)));
}

function cornerValues(rule: FactRule): readonly FactValue[] {
  if (rule.kind === 'bool') return [false, true];
  if (rule.kind === 'string') return rule.values;
  // Formulas cannot use it.
  if (rule.kind === 'id') return ['any'];
  const nearestToZero = Math.min(Math.max(rule.min, 0), rule.max);
  return [...new Set([rule.min, nearestToZero, rule.max])];
}
