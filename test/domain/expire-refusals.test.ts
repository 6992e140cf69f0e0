import { expect, test } from 'vitest';
import type { Database } from '../../src/ledger/database.ts';
import { expireRefusals } from '../../src/ledger/expire-refusals.ts';

/** A database that deletes these many rows, call by call; the last number is that of every further call. */
function database(...deleted: readonly unknown[]) {
  const statements: string[] = [];
  const query = async (statement: string) => {
    statements.push(statement);
    return [{ deleted: deleted[Math.min(statements.length, deleted.length) - 1] }];
  };
  return { statements, database: { sql: { query } } as unknown as Database };
}

test('expired refusals are deleted chunk by chunk until none is left', async () => {
  const { statements, database: ledger } = database(1_000, '1000', 17, 0);
  expect(await expireRefusals(ledger)).toBe(2_017);
  expect(new Set(statements)).toEqual(new Set(['SELECT onceward.expire_refusals() AS deleted']));
  expect(statements).toHaveLength(4);
});

test('one run deletes a bounded number of chunks and leaves the rest to the next', async () => {
  const { statements, database: ledger } = database(1_000);
  expect(await expireRefusals(ledger)).toBe(1_000 * statements.length);
  expect(statements).toHaveLength(200);
});
