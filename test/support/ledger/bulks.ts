/** Bulks for tests that call the kernel without the domain: by default of a game server, whose items are claims. */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { KernelBulk, KernelBulkAnswer } from '../../../src/ledger/kernel-bulk.ts';
import { CONTRACT_VERSION, type KernelOperation } from '../../../src/ledger/kernel-contract.ts';
import { type Client, completed, type LedgerOutcome, underCurrentConfig } from './ledger.ts';
import { CURRENT_CONFIG, fresh } from './operations.ts';

export type SentBulk = Omit<KernelBulk, 'places'>;

export function bulkOf(over: Partial<SentBulk> = {}): SentBulk {
  return {
    mode: 'commit',
    name: 'claimReward',
    actor_kind: 'server',
    actor_id: 'arena-1',
    idempotency_key: fresh('bulk'),
    fingerprint: '00000000-0000-0000-0000-0000000000b1',
    input: { items: 'some' },
    items: null,
    correlation_id: randomUUID(),
    client_correlation_id: null,
    ...CURRENT_CONFIG,
    ...over,
  };
}

export interface BulkAnswer extends Omit<KernelBulkAnswer, 'outcomes'> {
  readonly outcomes: readonly LedgerOutcome[];
}

/** Commits items of a bulk in one call. `places`: from 0 on, where they are not given. */
export async function commitBulk(
  client: Client,
  bulk: SentBulk,
  operations: readonly KernelOperation[],
  places: readonly number[] = operations.map((_, index) => index),
): Promise<BulkAnswer> {
  const [head] = await underCurrentConfig(client, [{ ...bulk, places }]);
  const { rows } = await (client as pg.Pool).query(
    `SELECT onceward.commit_bulk($1, $2, $3, '{}') AS answer`,
    [CONTRACT_VERSION, JSON.stringify(head), JSON.stringify(await underCurrentConfig(client, operations))],
  );
  const { outcomes, ...answer }: KernelBulkAnswer = rows[0].answer;
  const keyed = operations.map((operation, index) => ({
    ...operation,
    idempotency_key: answer.keys[index] as string,
  }));
  return { ...answer, outcomes: outcomes ? completed(outcomes, keyed) : [] };
}
