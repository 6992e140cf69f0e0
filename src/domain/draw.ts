/**
 * Draws from weighted tables. The roll is handed in, so that this stays pure; which of the alternatives counts depends on
 * the guarantee's counter and is the ledger's to say, inside the transaction.
 */
import type { Choice, Draw, Posting } from './moves.ts';
import { give, resourceRule, take } from './postings.ts';
import type { BalanceRules, DrawTable } from './rules.ts';

/** A fair roll: a whole number from 0 to `sides` − 1, each as likely as the others. */
export type Roll = (sides: number) => number;

/** The most draws that a guarantee may let pass; so its counter never stands higher. */
export const MAX_DRAWS_BEFORE_GUARANTEE = 10_000;

type Outcome = DrawTable['outcomes'][number];

export function drawFrom(table: DrawTable, rules: BalanceRules, roll: Roll): Choice {
  const { guarantee, outcomes } = table;
  const any = alternative(table, outcomes, { rules, roll, guaranteed: false });
  if (!guarantee) return { oneOf: [{ when: null, ...any }] };
  const guaranteed = outcomes.filter(({ name }) => guarantee.outcomes.includes(name));
  return {
    oneOf: [
      {
        when: { resource: guarantee.counter, atLeast: guarantee.after },
        ...alternative(table, guaranteed, { rules, roll, guaranteed: true }),
      },
      { when: null, ...any },
    ],
  };
}

function alternative(
  table: DrawTable,
  outcomes: readonly Outcome[],
  { rules, roll, guaranteed }: { rules: BalanceRules; roll: Roll; guaranteed: boolean },
): { postings: Posting[]; draw: Draw } {
  const of = weightOf(outcomes);
  const rolled = roll(of);
  const outcome = outcomeAt(outcomes, rolled);
  const gives = outcome.gives.map(({ resource, amount }) => give(resourceRule(rules, resource), amount));
  return {
    postings: [...gives, ...counting(table, outcome, rules)],
    draw: { table: table.name, outcome: outcome.name, roll: rolled, of, guaranteed },
  };
}

/** The weights added up: how many rolls there are. */
export function weightOf(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, { weight }) => sum + weight, 0);
}

/** Each outcome owns as many rolls as it weighs, in the order of the table. */
export function outcomeAt(outcomes: readonly Outcome[], roll: number): Outcome {
  let passed = 0;
  for (const outcome of outcomes) {
    passed += outcome.weight;
    if (roll < passed) return outcome;
  }
  throw new RangeError(`a roll of ${roll} is beyond the weights' sum of ${passed}`);
}

/** The counter of a guarantee: one more, or back to 0 from wherever it stands. */
function counting({ guarantee }: DrawTable, { name }: Outcome, rules: BalanceRules): Posting[] {
  if (!guarantee) return [];
  const counter = resourceRule(rules, guarantee.counter);
  return guarantee.outcomes.includes(name)
    ? [{ ...take(counter, MAX_DRAWS_BEFORE_GUARANTEE), atLimit: 'clamp' }]
    : [give(counter, 1)];
}
