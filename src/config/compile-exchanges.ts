/** Compiles exchanges, each with the tables that it draws from. Every list is in the order of names. */
import type { Amount, DrawTable, ExchangeRule } from '../domain/rules.ts';
import type { BalanceDocument } from './schema.ts';
import { sortedEntries } from './sorted-entries.ts';

type Table = BalanceDocument['drawTables'][string];

export function compileExchanges({
  exchanges,
  drawTables,
}: BalanceDocument): ReadonlyMap<string, ExchangeRule> {
  const tables = new Map(
    Object.entries(drawTables).map(([name, table]) => [name, compileTable(name, table)] as const),
  );
  return new Map(
    sortedEntries(exchanges).map(([name, { costs, gives, draws, maxQuantity, perDay }]) => [
      name,
      {
        name,
        costs: compileAmounts(costs),
        gives: compileAmounts(gives),
        draws: sortedEntries(draws).flatMap(([drawn, times]) => {
          // A table that is missing has been refused by the cross-checks.
          const table = tables.get(drawn);
          return table ? [{ table, times }] : [];
        }),
        maxQuantity,
        perDay: perDay ?? null,
      },
    ]),
  );
}

function compileTable(name: string, { outcomes, guarantee }: Table): DrawTable {
  return {
    name,
    outcomes: sortedEntries(outcomes).map(([outcome, { weight, gives }]) => ({
      name: outcome,
      weight,
      gives: compileAmounts(gives),
    })),
    guarantee: guarantee
      ? {
          counter: guarantee.counter,
          after: guarantee.after,
          outcomes: guarantee.outcomes.toSorted(),
        }
      : null,
  };
}

function compileAmounts(amounts: Readonly<Record<string, number>>): Amount[] {
  return sortedEntries(amounts).map(([resource, amount]) => ({ resource, amount }));
}
