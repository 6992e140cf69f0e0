/** The odds of draws, as a screen shows them before anything is rolled: weights, guarantees, and how far their counters are. */
import { tablesOf, totalWeight, waysToDraw } from './draw.ts';
import type { Balances } from './outcome.ts';
import type { Amount, DrawTable, Guarantee, TableDraws } from './rules.ts';

/** What a preview shows of a table: nothing is rolled. */
export interface TableOdds {
  readonly table: string;
  /** How many draws the operation makes from it; 0: only outcomes of the tables before it draw from it. */
  readonly draws: number;
  /** In the order of the table. An outcome's chance is `weight / of`. */
  readonly outcomes: readonly PossibleOutcome[];
  /** The sum of the weights. */
  readonly of: number;
  /** In the order of priority. */
  readonly guarantees: readonly GuaranteeState[];
}

export interface PossibleOutcome {
  readonly name: string;
  readonly weight: number;
  readonly gives: readonly Amount[];
  /** The table that it draws from, once; its odds follow. Null: from none. */
  readonly table: string | null;
}

export interface GuaranteeState {
  /** The resource that counts the draws. */
  readonly counter: string;
  readonly outcomes: readonly string[];
  /** Draws since the last of these outcomes, from all tables that share the counter. */
  readonly since: number;
  /** One of these outcomes is drawn within this many draws from the table, those of this operation included; 1 is the next draw. */
  readonly certainWithin: number;
}

/** The odds of each table, then those of the tables that their outcomes draw from. */
export function oddsOf(draws: readonly TableDraws[], balances: Balances): TableOdds[] {
  const times = new Map(draws.map(({ table, times }) => [table, times]));
  return tablesOf(draws.map(({ table }) => table)).map((table) => ({
    table: table.name,
    draws: times.get(table) ?? 0,
    outcomes: table.outcomes.map(({ name, weight, gives, table: inner }) => ({
      name,
      weight,
      gives,
      table: inner?.name ?? null,
    })),
    of: totalWeight(table.outcomes),
    guarantees: table.guarantees.map((guarantee) => guaranteeState(guarantee, balances)),
  }));
}

/** No guarantee delays another: a draw that an earlier one forces satisfies those after it. */
function guaranteeState({ counter, after, outcomes }: Guarantee, balances: Balances): GuaranteeState {
  const since = balances[counter] ?? 0;
  // A config that lowered `after` can leave the counter above it.
  return { counter, outcomes, since, certainWithin: Math.max(after - since, 0) + 1 };
}

/** One way in which a draw may end. */
export interface OutcomeChance {
  /** The outcome of the table, then that of the table that it draws from, and so on. */
  readonly outcomes: readonly string[];
  /** From 0 to 1. */
  readonly chance: number;
}

/** How likely each end of the next draw is, with the guarantees that are due for these balances. */
export function chancesOfNextDraw(table: DrawTable, balances: Balances): OutcomeChance[] {
  const possible = waysToDraw(table).find(({ when }) =>
    when.every(({ resource, atLeast }) => (balances[resource] ?? 0) >= atLeast),
  )?.outcomes;
  const of = totalWeight(possible ?? []);
  return (possible ?? []).flatMap(({ name, weight, table: inner }) =>
    (inner ? chancesOfNextDraw(inner, balances) : [{ outcomes: [], chance: 1 }]).map((end) => ({
      outcomes: [name, ...end.outcomes],
      chance: (weight / of) * end.chance,
    })),
  );
}
