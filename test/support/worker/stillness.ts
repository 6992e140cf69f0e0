/** Asserts that a request moved nothing, or wrote nothing at all. Reads the database directly. */
import { expect } from 'vitest';
import { ledgerState, moved, owner } from './ledger-state.ts';

/** Runs a request that must be rejected: no balance, entry, granted claim, limit, pending reward or version may change. */
export async function movingNothing<T>(playerId: string, run: () => Promise<T>): Promise<T> {
  const before = await ledgerState(playerId);
  const result = await run();
  const [after] = await owner`
    SELECT probes.state_of(${playerId}) AS state, probes.faults_of(${[playerId]}) AS faults`;
  expect(moved(after?.state)).toEqual(moved(before));
  expect(after?.faults).toEqual([]);
  return result;
}

/** Runs a request that must not write: every row of the player keeps its row version. That staff were forbidden it is audited. */
export async function writingNothing<T>(playerId: string, run: () => Promise<T>): Promise<T> {
  const [before] = await owner`SELECT probes.rows_of(${playerId}) AS rows`;
  const result = await run();
  const [after] = await owner`
    SELECT probes.rows_of(${playerId}) AS rows, probes.faults_of(${[playerId]}) AS faults`;
  expect(after?.rows).toEqual(before?.rows);
  expect(after?.faults).toEqual([]);
  return result;
}
