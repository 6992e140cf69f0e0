/** Runs the queries of ../invariants.ts over the players of a test of the kernel. */
import type pg from 'pg';
import { UNPAID_POINTS, VIOLATED, VIOLATIONS } from '../invariants.ts';
import type { Client } from './ledger.ts';

/** The violated invariants, each with the first row that violates it. */
export async function brokenInvariants(owner: Client, playerIds: readonly string[]): Promise<string[]> {
  const { rows: faults } = await (owner as pg.Pool).query(VIOLATED, [playerIds]);
  const broken: string[] = [];
  for (const { fault } of faults) {
    const { rows } = await (owner as pg.Pool).query(VIOLATIONS[fault] as string, [playerIds]);
    broken.push(`${fault}: ${JSON.stringify(rows[0])}`);
  }
  return broken;
}

/** I9: the players whose unspent and allocated points differ from what their levels granted. */
export async function unpaidPoints(owner: Client, playerIds: readonly string[], pointsPerLevel: number) {
  const { rows } = await (owner as pg.Pool).query(UNPAID_POINTS, [playerIds, pointsPerLevel]);
  return rows.map(({ id }) => id as string);
}
