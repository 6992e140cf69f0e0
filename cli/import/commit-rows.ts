/**
 * Sends planned rows through the kernel, many to a transaction, over a few connections that share no player. Whatever was
 * committed before a crash is found by its key when the import runs again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type Import, importOperation } from '../../src/domain/import.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { withClient } from '../connect.ts';
import type { Plan, PlannedRow } from './plan.ts';
import type { NumberedRow } from './read-rows.ts';
import { COMMIT_ALL } from './statement.ts';

const BATCH = 500;
const CONNECTIONS = 4;
const ATTEMPTS = 8;
/** Serialisation, deadlock and lock time-outs: players at play came in between. Nothing of the batch was written. */
const AGAIN = ['40001', '40P01', '55P03'];

export interface Tally {
  /** Written now, and found from an earlier run. */
  imported: number;
  known: number;
  readonly refused: { readonly row: NumberedRow; readonly why: string }[];
}

export async function commitRows(
  databaseUrl: string,
  { plan, by, onProgress }: { plan: Plan; by: Import; onProgress: (done: number) => void },
): Promise<Tally> {
  const tally: Tally = { imported: 0, known: 0, refused: [] };
  const queue = batchesOf(plan);
  await Promise.all(
    Array.from({ length: CONNECTIONS }, () =>
      withClient({ connectionString: databaseUrl, application_name: 'onceward import' }, async (client) => {
        for (let batch = queue.next(); !batch.done; batch = queue.next()) {
          count(tally, batch.value, await commitBatch(client, batch.value, by));
          onProgress(tally.imported + tally.known + tally.refused.length);
        }
      }),
    ),
  );
  return tally;
}

/** Whole players only, so that no two connections ever wait for each other; a player with very many rows is a batch alone. */
function* batchesOf({ players }: Plan): Generator<readonly PlannedRow[], undefined> {
  let batch: PlannedRow[] = [];
  for (const rows of players) {
    batch.push(...rows);
    if (batch.length < BATCH) continue;
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
  // A transaction that is too long makes players at play wait: a long batch is several of them.
  for (let from = 0; from < batch.length; from += BATCH) {
    const operations = batch
      .slice(from, from + BATCH)
      .map(({ row, occurrence }) => importOperation(row, occurrence, by));
    outcomes.push(...(await commitTogether(client, operations)));
  }
  return outcomes;
}

async function commitTogether(client: pg.Client, operations: readonly Operation[]): Promise<Committed[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await client.query<Committed>(COMMIT_ALL, [JSON.stringify(operations)])).rows;
    } catch (error) {
      const { code = '' } = error as pg.DatabaseError;
      if (!AGAIN.includes(code) || attempt === ATTEMPTS) throw error;
      await sleep(attempt * 100);
    }
  }
}

function count(tally: Tally, batch: readonly PlannedRow[], outcomes: readonly Committed[]): void {
  for (const [place, { kind, replayed, rejection }] of outcomes.entries()) {
    const row = batch[place]?.row;
    if (kind === 'granted' && replayed) tally.known += 1;
    else if (kind === 'granted') tally.imported += 1;
    else if (row) tally.refused.push({ row, why: rejection?.kind ?? kind });
  }
}
