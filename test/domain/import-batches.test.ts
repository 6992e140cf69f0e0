import { describe, expect, test } from 'vitest';
import { batchesOf } from '../../cli/import/batches.ts';
import type { PlannedRow } from '../../cli/import/plan.ts';

describe('the batches of an import', () => {
  /** `a1`: the first row of player a. */
  const rowsOf = (player: string, count: number): PlannedRow[] =>
    Array.from({ length: count }, (_, nth) => ({ row: `${player}${nth + 1}`, occurrence: 1 }) as never);
  const batches = (players: readonly PlannedRow[][], size: number) =>
    [...batchesOf(players.values(), size)].map((batch) => batch.map(({ row }) => String(row)));

  test('hold whole players, as far as they fit', () => {
    expect(batches([rowsOf('a', 2), rowsOf('b', 1), rowsOf('c', 2)], 3)).toEqual([
      ['a1', 'a2', 'b1'],
      ['c1', 'c2'],
    ]);
  });

  test('divide a player with more rows than fit, in their order', () => {
    expect(batches([rowsOf('a', 5), rowsOf('b', 1)], 2)).toEqual([
      ['a1', 'a2'],
      ['a3', 'a4'],
      ['a5', 'b1'],
    ]);
  });

  test('of two connections hold no player in common', () => {
    const players = Array.from({ length: 6 }, (_, nth) => rowsOf(`p${nth}-`, 3)).values();
    const [one, two] = [batchesOf(players, 2), batchesOf(players, 2)];
    const seen: [Set<string>, Set<string>] = [new Set(), new Set()];
    for (let rows = 0; rows < 18; )
      for (const [nth, connection] of [one, two].entries())
        for (const { row } of connection.next().value ?? []) {
          seen[nth as 0 | 1].add(String(row).slice(0, 3));
          rows += 1;
        }
    expect([...seen[0]].filter((player) => seen[1].has(player))).toEqual([]);
    expect(seen[0].size + seen[1].size).toBe(6);
  });

  test('are none without rows', () => {
    expect(batches([], 3)).toEqual([]);
  });
});
