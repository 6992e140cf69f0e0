/** Puts rows in the order of their players and times, and finds those that stand in the file more than once. */
import { identityOf } from '../../src/domain/import.ts';
import type { NumberedRow } from './read-rows.ts';

export interface PlannedRow {
  readonly row: NumberedRow;
  /** 1 for the first of its identity, by line; 2 for its first duplicate. */
  readonly occurrence: number;
}

export interface Duplicate {
  readonly row: NumberedRow;
  readonly occurrence: number;
  /** Of the first row with the same key, or that says the same. */
  readonly firstLine: number;
  /** Whether it says something else under the same key. */
  readonly differs: boolean;
}

export interface Plan {
  /** One list for each player, oldest first. */
  readonly players: readonly (readonly PlannedRow[])[];
  readonly duplicates: readonly Duplicate[];
  readonly rows: number;
  /** How many rows had no key of their own. */
  readonly keyless: number;
}

export function planImport(rows: readonly NumberedRow[]): Plan {
  const byPlayer = Map.groupBy(rows, ({ playerId }) => playerId);
  const duplicates: Duplicate[] = [];
  const players = [...byPlayer.keys()].sort().map((playerId) => {
    const seen = new Map<string, { first: NumberedRow; times: number }>();
    const planned = (byPlayer.get(playerId) ?? []).map((row) => {
      const identity = identityOf(row);
      const before = seen.get(identity);
      const occurrence = (before?.times ?? 0) + 1;
      seen.set(identity, { first: before?.first ?? row, times: occurrence });
      if (before) {
        const { first } = before;
        duplicates.push({ row, occurrence, firstLine: first.line, differs: !sameMove(first, row) });
      }
      return { row, occurrence };
    });
    return planned.sort((a, b) =>
      a.row.time === b.row.time ? a.row.line - b.row.line : a.row.time < b.row.time ? -1 : 1,
    );
  });
  const keyless = rows.filter(({ key }) => key === null).length;
  return {
    players,
    duplicates: duplicates.sort((a, b) => a.row.line - b.row.line),
    rows: rows.length,
    keyless,
  };
}

function sameMove(a: NumberedRow, b: NumberedRow): boolean {
  return a.resource === b.resource && a.amount === b.amount && a.time === b.time && a.source === b.source;
}
