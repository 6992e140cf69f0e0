import { describe, expect, test } from 'vitest';
import type { Database } from '../../src/ledger/database.ts';
import { expireRefusals, expireRewards } from '../../src/ledger/expire.ts';

/** A database that has so many due rows, call by call; the last number is that of every further call. */
function database(...due: readonly unknown[]) {
  const statements: string[] = [];
  const query = async (statement: string) => {
    statements.push(statement);
    return [{ done: due[Math.min(statements.length, due.length) - 1] }];
  };
  return { statements, database: { sql: { query } } as unknown as Database };
}

describe.each([
  ['refusals are deleted', expireRefusals, 'SELECT onceward.expire_refusals() AS done'],
  ['pending rewards are settled', expireRewards, 'SELECT onceward.expire_rewards() AS done'],
] as const)('expired %s', (_, expire, statement) => {
  test('chunk by chunk until none is left', async () => {
    const { statements, database: ledger } = database(1_000, '1000', 17, 0);
    expect(await expire(ledger)).toBe(2_017);
    expect(new Set(statements)).toEqual(new Set([statement]));
    expect(statements).toHaveLength(4);
  });

  test('in a bounded number of chunks, and the rest the next time', async () => {
    const { statements, database: ledger } = database(1_000);
    expect(await expire(ledger)).toBe(1_000 * statements.length);
    expect(statements).toHaveLength(200);
  });
});
