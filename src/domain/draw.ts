/**
 * Draws from weighted tables. The roll is passed in, so everything here is pure. A draw has an alternative for each guarantee that
 * may be due, and one for none; the kernel chooses between them by the counters, inside the transaction. src/domain/odds.ts has
 * what a player sees before a draw.
 */
import type { Choice, Condition, Draw, Posting } from './moves.ts';
import { give, resourceRule, take } from './postings.ts';
import type { BalanceRules, DrawOutcome, DrawTable, TableDraws } from './rules.ts';

/** A fair roll for a table: an integer from 0 to `sides` − 1, each equally likely. */
export type Roll = (sides: number, table: string) => number;

/** The largest number of draws after which a guarantee may apply; its counter never exceeds it. */
export const MAX_DRAWS_BEFORE_GUARANTEE = 10_000;

/** A choice for each draw. */
export function drawChoices(draws: readonly TableDraws[], rules: BalanceRules, roll: Roll): Choice[] {
  return draws.flatMap(({ table, times }) =>
    Array.from({ length: times }, () => drawFrom(table, rules, roll)),
  );
}

export function drawFrom(table: DrawTable, rules: BalanceRules, roll: Roll): Choice {
  return { oneOf: alternatives(table, rules, roll) };
}

/** An outcome that draws from another table is followed by each way in which that draw may end: the conditions of both must hold. */
function alternatives(table: DrawTable, rules: BalanceRules, roll: Roll): Choice['oneOf'][number][] {
  return waysToDraw(table).flatMap(({ when, outcomes }) => {
    const { outcome, draw } = rollAmong(table, outcomes, { roll, guaranteed: when.length > 0 });
    const postings = [
      ...outcome.gives.map(({ resource, amount }) => give(resourceRule(rules, resource), amount)),
      ...counterPostings(table, outcome, rules),
    ];
    if (!outcome.table) return [{ when, postings, draws: [draw] }];
    return alternatives(outcome.table, rules, roll).map((inner) => ({
      when: [...when, ...inner.when],
      postings: [...postings, ...inner.postings],
      draws: [draw, ...inner.draws],
    }));
  });
}

/** Which outcomes are possible under which condition, in the order of the guarantees; the last holds where none is due. */
export function waysToDraw({
  guarantees,
  outcomes,
}: DrawTable): { readonly when: readonly Condition[]; readonly outcomes: readonly DrawOutcome[] }[] {
  return [
    ...guarantees.map(({ counter, after, outcomes: guaranteed }) => ({
      when: [{ resource: counter, atLeast: after }],
      outcomes: outcomes.filter(({ name }) => guaranteed.includes(name)),
    })),
    { when: [], outcomes },
  ];
}

function rollAmong(
  table: DrawTable,
  outcomes: readonly DrawOutcome[],
  { roll, guaranteed }: { readonly roll: Roll; readonly guaranteed: boolean },
): { readonly outcome: DrawOutcome; readonly draw: Draw } {
  const of = totalWeight(outcomes);
  const rolled = roll(of, table.name);
  const outcome = outcomeAt(outcomes, rolled);
  return { outcome, draw: { table: table.name, outcome: outcome.name, roll: rolled, of, guaranteed } };
}

/** The sum of the weights: the number of different rolls. */
export function totalWeight(outcomes: readonly DrawOutcome[]): number {
  return outcomes.reduce((sum, { weight }) => sum + weight, 0);
}

/** Each outcome owns as many rolls as its weight, in the order of the table. */
export function outcomeAt(outcomes: readonly DrawOutcome[], roll: number): DrawOutcome {
  let passed = 0;
  for (const outcome of outcomes) {
    passed += outcome.weight;
    if (roll < passed) return outcome;
  }
  throw new RangeError(`roll ${roll} is not below the total weight ${passed}`);
}

/** Counts the draw for each guarantee, or resets the counter to 0 where the outcome is one of the guaranteed. */
function counterPostings({ guarantees }: DrawTable, { name }: DrawOutcome, rules: BalanceRules): Posting[] {
  return guarantees.map(({ counter, outcomes }) => {
    const rule = resourceRule(rules, counter);
    return outcomes.includes(name)
      ? { ...take(rule, MAX_DRAWS_BEFORE_GUARANTEE), atLimit: 'clamp' }
      : give(rule, 1);
  });
}

/** The tables, and those that their outcomes draw from, each once: a table before those in it. */
export function tablesOf(tables: readonly DrawTable[]): DrawTable[] {
  const found = new Set<DrawTable>(tables);
  // A set is iterated in the order of insertion, also over what is added meanwhile.
  for (const { outcomes } of found) for (const { table } of outcomes) if (table) found.add(table);
  return [...found];
}

/** The resources that count draws for the guarantees of these tables and of the tables in them. */
export function countersOfTables(tables: readonly DrawTable[]): string[] {
  const guarantees = tablesOf(tables).flatMap((table) => table.guarantees);
  return [...new Set(guarantees.map(({ counter }) => counter))];
}
