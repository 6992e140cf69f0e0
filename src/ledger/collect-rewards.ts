/** Collects pending rewards of one player in one request to Neon: the kernel lists them, records the call, and commits each. */
import type { Actor } from '../domain/actor.ts';
import type { BulkCall } from '../domain/bulk.ts';
import { encodeClaimId, parseClaimId } from '../domain/claim-id.ts';
import { type AdvancesByType, MAX_COLLECTED } from '../domain/collect-rewards.ts';
import type { Operation } from '../domain/operation.ts';
import type { Outcome, Stale } from '../domain/outcome.ts';
import type { ClaimId } from '../domain/values.ts';
import { encodeBulk } from './commit-bulk.ts';
import { callKernel } from './commit-operation.ts';
import type { Database } from './database.ts';
import { decodeAttempt, staleOutcome } from './decode-outcome.ts';
import { encodeOperation, postingOf } from './encode-operation.ts';
import type { KernelCollectAnswer } from './kernel-bulk.ts';
import type { KernelConfigs } from './kernel-contract.ts';
import { decodeAnswer } from './read-archive.ts';

interface CollectRequest {
  /** What the operations of the call have in common. */
  readonly operation: Operation;
  /** Null: all that are pending. */
  readonly ids: readonly ClaimId[] | null;
  readonly advances: AdvancesByType;
}

type RewardOutcome = Extract<
  Outcome,
  { kind: 'granted' | 'rejected' | 'rate_limited' | 'forbidden' | 'busy' }
>;

/** A reward of the call, by its ID, and what became of it. */
export interface CollectedOutcome {
  readonly id: string;
  readonly outcome: RewardOutcome;
}

export type CollectOutcome =
  /** `replayed`: the call had been recorded before. `more`: others are pending. */
  | {
      readonly kind: 'collected';
      readonly replayed: boolean;
      readonly rewards: readonly CollectedOutcome[];
      readonly more: boolean;
    }
  | Extract<Outcome, { kind: 'key_reused' | 'forbidden' | 'unknown_key' | 'rate_limited' | 'clock_behind' }>
  | Stale;

export async function collectRewards(
  database: Database,
  { operation, ids, advances }: CollectRequest,
  held: readonly string[],
): Promise<CollectOutcome> {
  const common = { ...encodeOperation(operation), advances: [] };
  const collection = {
    rewards: ids?.map(rewardOf) ?? null,
    at_most: MAX_COLLECTED,
    advances: [...advances].map(([claim_type, moved]) => ({ claim_type, postings: moved.map(postingOf) })),
  };
  const statement =
    'SELECT onceward.collect_rewards($1::integer, $4::jsonb, $2::jsonb, $5::jsonb, $3::text[]) AS answer';
  const others = [encodeBulk(callOf(operation), []), collection].map((each) => JSON.stringify(each));
  const sent = [JSON.stringify(common), held, ...others] as const;
  const answer = (await callKernel(database, statement, sent)) as KernelCollectAnswer;
  const { bulk: head, keys, outcomes, current, configs } = answer.call;
  const named: KernelConfigs = { current, configs: configs ?? [] };
  switch (head.kind) {
    case 'open': {
      const operations = keys.map((key, index) => ({
        ...common,
        claim_type: answer.types?.[index] as string,
        idempotency_key: key,
        input: { reward: answer.rewards?.[index] },
      }));
      const decoded = await decodeAnswer(database, { outcomes: outcomes ?? [], ...named }, operations, held);
      return collected(answer, head.replayed, decoded);
    }
    case 'key_reused':
      return { kind: 'key_reused', fields: head.fields, ...decodeAttempt(head) };
    case 'stale_config':
      return staleOutcome(named);
    case 'stale_time':
      return { kind: 'stale_time', at: new Date(head.at) };
    case 'rate_limited':
      return { kind: 'rate_limited', retryAt: new Date(head.retryAt), of: 'player' };
    case 'forbidden':
    case 'unknown_key':
      return head;
  }
}

function callOf({ mode, name, actor, input, ...operation }: Operation): BulkCall {
  return {
    mode: mode === 'lookup' ? mode : 'commit',
    name,
    actor: actor as Actor,
    idempotencyKey: operation.idempotencyKey,
    fingerprint: operation.fingerprint,
    input: input as BulkCall['input'],
    items: null,
    correlationId: operation.correlationId,
    clientCorrelationId: operation.clientCorrelationId,
    configVersion: operation.configVersion,
    configSha256: operation.configSha256,
  };
}

/** Where a retry meets another config or time, all of its rewards that have no outcome do. */
function collected(
  { rewards = [], more = false }: KernelCollectAnswer,
  replayed: boolean,
  outcomes: readonly Outcome[],
): CollectOutcome {
  const settled: CollectedOutcome[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    switch (outcome.kind) {
      case 'granted':
      case 'rejected':
      case 'rate_limited':
      // What it counts towards is held by another transaction: the same call pays it later.
      case 'busy':
        settled.push({ id: idOf(rewards[index] as string), outcome });
        break;
      case 'forbidden':
        // The scope of a game server may lack the claim type of this reward alone.
        if (outcome.why !== 'claim_scope') return outcome;
        settled.push({ id: idOf(rewards[index] as string), outcome });
        break;
      case 'stale_config':
      case 'stale_time':
      case 'clock_behind':
        return outcome;
      default:
        throw new Error(`a reward was answered as ${outcome.kind}`);
    }
  }
  return { kind: 'collected', replayed, rewards: settled, more };
}

/** As the kernel names a reward: `handle/number`. */
function rewardOf(id: ClaimId): string {
  const parsed = parseClaimId(id);
  return `${parsed?.handle}/${parsed?.number}`;
}

function idOf(reward: string): string {
  const [handle = '', number = ''] = reward.split('/');
  return encodeClaimId(handle, Number(number));
}
