/** Compiles draw tables, and what draws from them. The checks have already found every problem in them. */
import type { Amount, DrawTable, TableDraws } from '../domain/rules.ts';
import { sortedEntries } from './json.ts';
import type { BalanceDocument } from './schema.ts';

type Tables = BalanceDocument['drawTables'];

/** Each outcome holds the table that it draws from. */
export function compileDrawTables(drawTables: Tables): ReadonlyMap<string, DrawTable> {
  // Null while it is compiled: only a document that the checks have rejected has tables that lead back to themselves.
  const compiled = new Map<string, DrawTable | null>();
  const tableOf = (name: string): DrawTable | null => {
    const table = Object.hasOwn(drawTables, name) ? drawTables[name] : undefined;
    if (!table || compiled.has(name)) return compiled.get(name) ?? null;
    compiled.set(name, null);
    const rule: DrawTable = {
      name,
      outcomes: sortedEntries(table.outcomes).map(([outcome, { weight, gives, table: inner }]) => ({
        name: outcome,
        weight,
        gives: compileAmounts(gives),
        table: inner === undefined ? null : tableOf(inner),
      })),
      guarantees: table.guarantees.map(({ counter, after, outcomes }) => ({
        counter,
        after,
        outcomes: outcomes.toSorted(),
      })),
    };
    compiled.set(name, rule);
    return rule;
  };
  return new Map(
    Object.keys(drawTables)
      .toSorted()
      .flatMap((name) => {
        const table = tableOf(name);
        return table ? [[name, table] as const] : [];
      }),
  );
}

export function compileDraws(
  draws: Readonly<Record<string, number>>,
  tables: ReadonlyMap<string, DrawTable>,
): TableDraws[] {
  return sortedEntries(draws).flatMap(([name, times]) => {
    // Missing only in a document that the checks have rejected.
    const table = tables.get(name);
    return table ? [{ table, times }] : [];
  });
}

function compileAmounts(amounts: Readonly<Record<string, number>>): Amount[] {
  return sortedEntries(amounts).map(([resource, amount]) => ({ resource, amount }));
}
