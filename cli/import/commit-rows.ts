/**
 * Commits planned rows through the kernel, in batches of one transaction each, over several connections. Rows that were
 * committed before an interrupted import are recognised by their key when the import runs again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type Import, importOperation } from '../../src/domain/import.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { withClient } from '../connect.ts';
import { COMMIT_BATCH, type Plan, type PlannedRow } from './plan.ts';
import type { NumberedRow } from './read-rows.ts';

const BATCH_SIZE = 500;
const CONNECTIONS = 4;
const ATTEMPTS = 8;
/** Serialization failure, deadlock and lock timeout, caused by concurrent requests of players. The batch was rolled back. */
const RETRYABLE_CODES = ['40001', '40P01', '55P03'];

export interface Tally {
  /** Rows written by this run. */
  imported: number;
  /** Rows that an earlier run had written. */
  known: number;
  readonly rejected: { readonly row: NumberedRow; readonly why: string }[];
}

export async function commitRows(
  databaseUrl: string,
  { plan, by, onProgress }: { plan: Plan; by: Import; onProgress: (done: number) => void },
): Promise<Tally> {
  const tally: Tally = { imported: 0, known: 0, rejected: [] };
  const queue = batchesOf(plan);
  await Promise.all(
    Array.from({ length: CONNECTIONS }, () =>
      withClient({ connectionString: databaseUrl, application_name: 'onceward import' }, async (client) => {
        for (let batch = queue.next(); !batch.done; batch = queue.next()) {
          count(tally, batch.value, await commitBatch(client, batch.value, by));
          onProgress(tally.imported + tally.known + tally.rejected.length);
        }
      }),
    ),
  );
  return tally;
}

/** A player's rows are all in one batch, so two connections never wait for the same player. */
function* batchesOf({ players }: Plan): Generator<readonly PlannedRow[], undefined> {
  let batch: PlannedRow[] = [];
  for (const rows of players) {
    batch.push(...rows);
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

interface Committed {
  readonly kind: string;
  readonly replayed: boolean | null;
  readonly rejection: { readonly kind: string } | null;
}

async function commitBatch(
  client: pg.Client,
  batch: readonly PlannedRow[],
  by: Import,
): Promise<Committed[]> {
  const outcomes: Committed[] = [];
  // A player with many rows makes a batch too long for one transaction, which would block that player's requests.
  for (let from = 0; from < batch.length; from += BATCH_SIZE) {
    const operations = batch
      .slice(from, from + BATCH_SIZE)
      .map(({ row, occurrence }) => importOperation(row, occurrence, by));
    outcomes.push(...(await commitTogether(client, operations)));
  }
  return outcomes;
}

async function commitTogether(client: pg.Client, operations: readonly Operation[]): Promise<Committed[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await client.query<Committed>(COMMIT_BATCH, [JSON.stringify(operations)])).rows;
    } catch (error) {
      const { code = '' } = error as pg.DatabaseError;
      if (!RETRYABLE_CODES.includes(code) || attempt === ATTEMPTS) throw error;
      await sleep(attempt * 100);
    }
  }
}

function count(tally: Tally, batch: readonly PlannedRow[], outcomes: readonly Committed[]): void {
  for (const [index, { kind, replayed, rejection }] of outcomes.entries()) {
    const row = batch[index]?.row;
    if (kind === 'granted' && replayed) tally.known += 1;
    else if (kind === 'granted') tally.imported += 1;
    else if (row) tally.rejected.push({ row, why: rejection?.kind ?? kind });
  }
}
