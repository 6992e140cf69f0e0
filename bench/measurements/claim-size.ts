/**
 * Measures the bytes on disk of a claim with three ledger entries. The kernel itself makes the claims, one after the other, in a
 * ledger of its own, so pages are filled and split as in production: an index that is built at the end is smaller. Nothing is
 * vacuumed before: a plain VACUUM returns no space inside a file, and what updates leave behind is part of the price.
 */

import { withClient } from '../../cli/connect.ts';
import { showProgress } from '../../cli/progress.ts';
import { openBackend } from '../load/backend.ts';
import { createLedger, type NewLedger } from '../stack/new-ledger.ts';
import type { Stack } from '../stack/stack.ts';
import { COMMIT_OPERATIONS } from '../subjects/baselines.ts';
import { type Answer, areNewGrants, kernelOperations, newClaims } from '../subjects/claims.ts';

export interface ClaimSize {
  readonly claims: number;
  /** The growth of all tables of the ledger with their indexes, divided by the claims. */
  readonly bytesPerClaim: number;
  /** The same of each table that grew, largest first. */
  readonly tables: readonly { readonly table: string; readonly heap: number; readonly indexes: number }[];
}

const CLAIMS_PER_CALL = 50;

export async function measureClaimSize(stack: Stack, claims: number): Promise<ClaimSize> {
  showProgress(`size of a claim: ${claims} claims`);
  const ledger = await createLedger(stack, 'onceward_size');
  const before = await tableSizes(ledger);
  await makeClaims(stack, ledger, claims);
  const after = await tableSizes(ledger);
  const tables = after
    .map(({ table, heap, indexes }) => {
      const empty = before.find((other) => other.table === table);
      return {
        table,
        heap: (heap - (empty?.heap ?? 0)) / claims,
        indexes: (indexes - (empty?.indexes ?? 0)) / claims,
      };
    })
    .filter(({ heap, indexes }) => heap + indexes > 0)
    .sort((a, b) => b.heap + b.indexes - a.heap - a.indexes);
  return {
    claims,
    bytesPerClaim: tables.reduce((sum, { heap, indexes }) => sum + heap + indexes, 0),
    tables,
  };
}

/** Without milestones each claim has three entries, and not five when it raises the level. */
async function makeClaims(
  stack: Stack,
  { databaseUrl, ownerDatabaseUrl }: NewLedger,
  claims: number,
): Promise<void> {
  await withClient(ownerDatabaseUrl, (client) => client.query('UPDATE onceward.settings SET outbox = false'));
  const backend = await openBackend(stack, databaseUrl);
  const nextClaim = newClaims('size');
  const { rules, signal } = stack;
  for (let made = 0; made < claims; made += CLAIMS_PER_CALL) {
    signal.throwIfAborted();
    const batch = JSON.parse(
      kernelOperations(Array.from({ length: CLAIMS_PER_CALL }, nextClaim), rules),
    ) as object[];
    const operations = JSON.stringify(batch.map((operation) => ({ ...operation, milestones: false })));
    const { answer } = await backend.call(COMMIT_OPERATIONS, [operations]);
    if (!areNewGrants(answer as Answer, CLAIMS_PER_CALL))
      throw new Error(`the kernel answered ${JSON.stringify(answer)}`);
  }
  await backend.close();
}

interface TableSize {
  readonly table: string;
  readonly heap: number;
  readonly indexes: number;
}

async function tableSizes({ ownerDatabaseUrl }: NewLedger): Promise<TableSize[]> {
  return withClient(ownerDatabaseUrl, async (client) => {
    const { rows } = await client.query<TableSize>(`
      SELECT relname AS table, pg_table_size(oid)::float8 AS heap, pg_indexes_size(oid)::float8 AS indexes
        FROM pg_class WHERE relnamespace = 'onceward'::regnamespace AND relkind = 'r'`);
    return rows;
  });
}
