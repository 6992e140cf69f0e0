/** The odds of a draw table, and where its guarantee stands: what can be told of draws before anything is rolled. */
import { weightOf } from './draw.ts';
import type { Balances } from './outcome.ts';
import type { DrawTable } from './rules.ts';

export interface TableOdds {
  readonly table: string;
  /** How often it would be drawn from. */
  readonly draws: number;
  /** In the order of the table; the chance of each is its weight of `of`. */
  readonly outcomes: DrawTable['outcomes'];
  /** The weights added up. */
  readonly of: number;
  readonly guarantee: GuaranteeStanding | null;
}

export interface GuaranteeStanding {
  /** The resource that counts. */
  readonly counter: string;
  readonly outcomes: readonly string[];
  /** Draws since one of these outcomes. */
  readonly since: number;
  /** One of these outcomes comes within so many draws, this exchange's included: 1 is the very next. */
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
    of: weightOf(outcomes),
    guarantee: guarantee && standing(guarantee, balances),
  };
}

function standing(
  { counter, after, outcomes }: NonNullable<DrawTable['guarantee']>,
  balances: Balances,
): GuaranteeStanding {
  const since = balances[counter] ?? 0;
  // A kinder config may have left the counter beyond `after`.
  return { counter, outcomes, since, certainWithin: Math.max(after - since, 0) + 1 };
}
