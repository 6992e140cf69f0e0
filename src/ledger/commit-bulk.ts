/** Bulks in, their outcomes out: one request to Neon for at most MAX_OPERATIONS items. Bulks go to the kernel directly, not through lanes. */
import type { BulkCall, BulkOutcome } from '../domain/bulk.ts';
import type { Operation } from '../domain/operation.ts';
import { callKernel } from './commit-operation.ts';
import type { Database } from './database.ts';
import { decodeAttempt, staleOutcome } from './decode-outcome.ts';
import { encodeOperation, uuidOf } from './encode-operation.ts';
import { LedgerUnavailable } from './failures.ts';
import type { KernelBulk, KernelBulkAnswer } from './kernel-bulk.ts';
import type { KernelConfigs } from './kernel-contract.ts';
import { decodeAnswer } from './read-archive.ts';

/** An item, by its place in the call. Its operation's own key is ignored: the kernel derives the key. */
export interface BulkItem {
  readonly place: number;
  readonly operation: Operation;
}

/** Commits items of a call in one transaction. The first commit records the call. `held`: as in commit-operation.ts. */
export async function commitBulk(
  database: Database,
  call: BulkCall,
  items: readonly BulkItem[],
  held: readonly string[],
): Promise<BulkOutcome> {
  const operations = items.map(({ operation }) => encodeOperation(operation));
  const bulk = encodeBulk(
    call,
    items.map(({ place }) => place),
  );
  const statement = 'SELECT onceward.commit_bulk($1::integer, $4::jsonb, $2::jsonb, $3::text[]) AS answer';
  const sent = [JSON.stringify(operations), held, JSON.stringify(bulk)] as const;
  const answer = (await callKernel(database, statement, sent)) as KernelBulkAnswer;
  const { bulk: head, keys, outcomes } = answer;
  const configs: KernelConfigs = { current: answer.current, configs: answer.configs ?? [] };
  switch (head.kind) {
    case 'open': {
      if (outcomes?.length !== operations.length) throw new LedgerUnavailable('an incomplete answer');
      const keyed = operations.map((operation, index) => ({
        ...operation,
        idempotency_key: keys[index] as string,
      }));
      return {
        kind: 'open',
        replayed: head.replayed,
        outcomes: await decodeAnswer(database, { outcomes, ...configs }, keyed, held),
      };
    }
    case 'key_reused':
      return { kind: 'key_reused', fields: head.fields, ...decodeAttempt(head) };
    case 'stale_config':
      return staleOutcome(configs);
    case 'other_items':
    case 'forbidden':
    case 'unknown_key':
      return head;
  }
}

export function encodeBulk(call: BulkCall, places: readonly number[]): KernelBulk {
  return {
    mode: call.mode,
    name: call.name,
    actor_kind: call.actor.kind,
    actor_id: call.actor.id,
    idempotency_key: call.idempotencyKey,
    fingerprint: uuidOf(call.fingerprint),
    input: call.input,
    items: call.items,
    places,
    correlation_id: call.correlationId,
    client_correlation_id: call.clientCorrelationId,
    config_version: call.configVersion,
    config_sha256: call.configSha256,
  };
}
