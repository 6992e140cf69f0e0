/** Orders the rows of an import by player and time, and finds duplicates. */
import { identityOf } from '../../src/domain/import.ts';
import type { NumberedRow } from './read-rows.ts';

export interface PlannedRow {
  readonly row: NumberedRow;
  /** 1 for the first row with this identity in the file, 2 for its first duplicate, and so on. */
  readonly occurrence: number;
}

export interface Duplicate {
  readonly row: NumberedRow;
  readonly occurrence: number;
  /** The line of the first row with the same identity. */
  readonly firstLine: number;
  /** Whether it has the same key as the first row but other values. */
  readonly differs: boolean;
}

export interface Plan {
  /** One list for each player, oldest row first. */
  readonly players: readonly (readonly PlannedRow[])[];
  readonly duplicates: readonly Duplicate[];
  readonly rows: number;
  /** The number of rows without a key in the file. */
  readonly keyless: number;
}

export function planImport(rows: readonly NumberedRow[]): Plan {
  const byPlayer = Map.groupBy(rows, ({ playerId }) => playerId);
  const duplicates: Duplicate[] = [];
  const players = [...byPlayer.keys()].sort().map((playerId) => {
    const seen = new Map<string, { first: NumberedRow; times: number }>();
    const planned = (byPlayer.get(playerId) ?? []).map((row) => {
      const identity = identityOf(row);
      const earlier = seen.get(identity);
      const occurrence = (earlier?.times ?? 0) + 1;
      seen.set(identity, { first: earlier?.first ?? row, times: occurrence });
      if (earlier) {
        const { first } = earlier;
        duplicates.push({ row, occurrence, firstLine: first.line, differs: !sameMove(first, row) });
      }
      return { row, occurrence };
    });
    return planned.sort(byTime);
  });
  return {
    players,
    duplicates: duplicates.sort((a, b) => a.row.line - b.row.line),
    rows: rows.length,
    keyless: rows.filter(({ key }) => key === null).length,
  };
}

function sameMove(a: NumberedRow, b: NumberedRow): boolean {
  return a.resource === b.resource && a.amount === b.amount && a.time === b.time && a.source === b.source;
}

function byTime(a: PlannedRow, b: PlannedRow): number {
  if (a.row.time === b.row.time) return a.row.line - b.row.line;
  return a.row.time < b.row.time ? -1 : 1;
}
