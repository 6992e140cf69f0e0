/**
 * Commits planned rows through the kernel, 100 in a call, over several connections. Rows that were committed before an
 * interrupted import are recognised by their key when the import runs again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type Import, importOperation } from '../../src/domain/import.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';
import { encodeOperation } from '../../src/ledger/encode-operation.ts';
import {
  CONTRACT_VERSION,
  type KernelAnswer,
  type KernelOperation,
  type KernelOutcome,
  MAX_OPERATIONS,
} from '../../src/ledger/kernel-contract.ts';
import { withClient } from '../connect.ts';
import { batchesOf, batchId } from './batches.ts';
import { readRules } from './current-rules.ts';
import type { Plan, PlannedRow } from './plan.ts';
import type { NumberedRow } from './read-rows.ts';

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
  /** How many batches were begun. */
  batches: number;
}

export async function commitRows(
  databaseUrl: string,
  { plan, by, onProgress }: { plan: Plan; by: Import; onProgress: (done: number) => void },
): Promise<Tally> {
  const tally: Tally = { imported: 0, known: 0, rejected: [], batches: 0 };
  const players = plan.players.values();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, () =>
      withClient({ connectionString: databaseUrl, application_name: 'onceward import' }, async (client) => {
        const writer = new Writer(client, by);
        for (const batch of batchesOf(players, MAX_OPERATIONS)) {
          tally.batches += 1;
          const correlationId = batchId(by.correlationId, tally.batches);
          count(tally, batch, await writer.commit(batch, correlationId));
          onProgress(tally.imported + tally.known + tally.rejected.length);
        }
      }),
    ),
  );
  return tally;
}

/** One connection. It adopts a config that is published while the import runs. */
class Writer {
  readonly #client: pg.Client;
  readonly #by: Import;
  #rules: BalanceRules;

  constructor(client: pg.Client, by: Import) {
    this.#client = client;
    this.#by = by;
    this.#rules = by.rules;
  }

  /** In the order of the rows. A batch waits for no player, so a row of a player who is busy is sent again. */
  async commit(rows: readonly PlannedRow[], correlationId: string): Promise<KernelOutcome[]> {
    const outcomes: KernelOutcome[] = [];
    let open = rows.map((_, place) => place);
    for (let attempt = 1; open.length > 0; attempt += 1) {
      const sent = open.map((place) => this.#operationOf(rows[place] as PlannedRow, correlationId));
      const answered = await this.#send(sent);
      for (const [nth, outcome] of answered.entries()) outcomes[open[nth] as number] = outcome;
      open = open.filter((place) => isOpen(outcomes[place] as KernelOutcome));
      if (open.length === 0) break;
      if (attempt === ATTEMPTS)
        throw new Error(
          `${open.length} rows were not written, because their players were busy or configs were published at each attempt. Run the import again.`,
        );
      if (answered.some(({ kind }) => kind === 'stale_config')) this.#rules = await readRules(this.#client);
      else await sleep(attempt * 50);
    }
    return outcomes;
  }

  #operationOf({ row, occurrence }: PlannedRow, correlationId: string): KernelOperation {
    const by = { ...this.#by, correlationId, rules: this.#rules };
    return encodeOperation(importOperation(row, occurrence, by));
  }

  async #send(operations: readonly KernelOperation[]): Promise<readonly KernelOutcome[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { rows } = await this.#client.query<{ answer: KernelAnswer }>({
          name: 'commit',
          text: 'SELECT onceward.commit_operations($1, $2, $3) AS answer',
          values: [CONTRACT_VERSION, JSON.stringify(operations), [this.#rules.sha256]],
        });
        return (rows[0] as { answer: KernelAnswer }).answer.outcomes;
      } catch (error) {
        const { code = '' } = error as pg.DatabaseError;
        if (!RETRYABLE_CODES.includes(code) || attempt === ATTEMPTS) throw error;
        await sleep(attempt * 100);
      }
    }
  }
}

const isOpen = ({ kind }: KernelOutcome): boolean => kind === 'busy' || kind === 'stale_config';

function count(tally: Tally, batch: readonly PlannedRow[], outcomes: readonly KernelOutcome[]): void {
  for (const [index, outcome] of outcomes.entries()) {
    const row = batch[index]?.row;
    if (outcome.kind === 'granted' && outcome.replayed) tally.known += 1;
    else if (outcome.kind === 'granted') tally.imported += 1;
    else if (row)
      tally.rejected.push({
        row,
        why: outcome.kind === 'rejected' ? outcome.rejection.kind : outcome.kind,
      });
  }
}
