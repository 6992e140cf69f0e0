/**
 * Draws from weighted tables, and the odds that a preview shows. The roll is passed in, so everything here is pure. A draw with
 * a guarantee has two alternatives; the kernel chooses between them by the guarantee's counter, inside the transaction.
 */
import type { Choice, Draw, Posting } from './moves.ts';
import type { Balances } from './outcome.ts';
import { give, resourceRule, take } from './postings.ts';
import type { BalanceRules, DrawTable } from './rules.ts';

/** A fair roll: an integer from 0 to `sides` − 1, each equally likely. */
export type Roll = (sides: number) => number;

/** The largest number of draws after which a guarantee may apply; its counter never exceeds it. */
export const MAX_DRAWS_BEFORE_GUARANTEE = 10_000;

type Outcome = DrawTable['outcomes'][number];

export function drawFrom(table: DrawTable, rules: BalanceRules, roll: Roll): Choice {
  const { guarantee, outcomes } = table;
  const any = alternative(table, outcomes, { rules, roll, guaranteed: false });
  if (!guarantee) return { oneOf: [{ when: [], ...any }] };
  const guaranteed = outcomes.filter(({ name }) => guarantee.outcomes.includes(name));
  return {
    oneOf: [
      {
        when: [{ resource: guarantee.counter, atLeast: guarantee.after }],
        ...alternative(table, guaranteed, { rules, roll, guaranteed: true }),
      },
      { when: [], ...any },
    ],
  };
}

function alternative(
  table: DrawTable,
  outcomes: readonly Outcome[],
  { rules, roll, guaranteed }: { rules: BalanceRules; roll: Roll; guaranteed: boolean },
): { postings: Posting[]; draws: Draw[] } {
  const of = totalWeight(outcomes);
  const rolled = roll(of);
  const outcome = outcomeAt(outcomes, rolled);
  const gives = outcome.gives.map(({ resource, amount }) => give(resourceRule(rules, resource), amount));
  return {
    postings: [...gives, ...counterPostings(table, outcome, rules)],
    draws: [{ table: table.name, outcome: outcome.name, roll: rolled, of, guaranteed }],
  };
}

/** The sum of the weights: the number of different rolls. */
function totalWeight(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, { weight }) => sum + weight, 0);
}

/** Each outcome owns as many rolls as its weight, in the order of the table. */
export function outcomeAt(outcomes: readonly Outcome[], roll: number): Outcome {
  let passed = 0;
  for (const outcome of outcomes) {
    passed += outcome.weight;
    if (roll < passed) return outcome;
  }
  throw new RangeError(`roll ${roll} is not below the total weight ${passed}`);
}

/** Counts the draw for the guarantee, or resets the counter to 0 where the outcome is one of the guaranteed. */
function counterPostings({ guarantee }: DrawTable, { name }: Outcome, rules: BalanceRules): Posting[] {
  if (!guarantee) return [];
  const counter = resourceRule(rules, guarantee.counter);
  return guarantee.outcomes.includes(name)
    ? [{ ...take(counter, MAX_DRAWS_BEFORE_GUARANTEE), atLimit: 'clamp' }]
    : [give(counter, 1)];
}

/** What a preview shows of a table: nothing is rolled. */
export interface TableOdds {
  readonly table: string;
  /** How many draws the exchange makes from the table. */
  readonly draws: number;
  /** In the order of the table. An outcome's chance is `weight / of`. */
  readonly outcomes: DrawTable['outcomes'];
  /** The sum of the weights. */
  readonly of: number;
  readonly guarantee: GuaranteeState | null;
}

export interface GuaranteeState {
  /** The resource that counts the draws. */
  readonly counter: string;
  readonly outcomes: readonly string[];
  /** Draws since the last of these outcomes. */
  readonly since: number;
  /** One of these outcomes is drawn within this many draws, those of this exchange included; 1 is the next draw. */
  readonly certainWithin: number;
}

export function tableOdds(
  { name, outcomes, guarantee }: DrawTable,
  draws: number,
  balances: Balances,
): TableOdds {
  return {
    table: name,
    draws,
    outcomes,
    of: totalWeight(outcomes),
    guarantee: guarantee && guaranteeState(guarantee, balances),
  };
}

function guaranteeState(
  { counter, after, outcomes }: NonNullable<DrawTable['guarantee']>,
  balances: Balances,
): GuaranteeState {
  const since = balances[counter] ?? 0;
  // A config that lowered `after` can leave the counter above it.
  return { counter, outcomes, since, certainWithin: Math.max(after - since, 0) + 1 };
}
