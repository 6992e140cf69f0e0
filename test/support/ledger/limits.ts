/** Limits as the database counts them, for tests that compare what was used. */

import type pg from 'pg';
import type { Client } from './ledger.ts';

/** What is used of each limit, by name and period. */
export async function usedOf(owner: Client, subjectId: string): Promise<Record<string, number>> {
  const { rows } = await (owner as pg.Pool).query(
    `SELECT "limit" || ' ' || period AS name, used::int FROM onceward.limits_by_name WHERE subject_id = $1`,
    [subjectId],
  );
  return Object.fromEntries(rows.map(({ name, used: amount }) => [name, amount]));
}
