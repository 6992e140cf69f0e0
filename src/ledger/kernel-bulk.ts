/** Calls that make several claims, as the kernel takes and answers them (drizzle/kernel/10_bulk.sql, 15_collect.sql). */
import type { KernelConfig, KernelOperation, KernelOutcome } from './kernel-contract.ts';

/** Some items of a mutation that makes several claims (drizzle/kernel/10_bulk.sql). */
export interface KernelBulk {
  readonly mode: 'commit' | 'lookup';
  readonly name: string;
  readonly actor_kind: KernelOperation['actor_kind'];
  readonly actor_id: string;
  readonly idempotency_key: string;
  readonly fingerprint: string;
  readonly input: unknown;
  readonly items: readonly string[] | null;
  /** The place of each operation, from 0. */
  readonly places: readonly number[];
  readonly correlation_id: string;
  readonly client_correlation_id: string | null;
  readonly config_version: number | null;
  readonly config_sha256: string | null;
}

/** What `commit_bulk` returns. `keys` and `outcomes`: of the operations, in their order; outcomes only where the call is open. */
export interface KernelBulkAnswer {
  readonly bulk:
    | { readonly kind: 'open'; readonly replayed: boolean }
    | { readonly kind: 'other_items'; readonly items: readonly string[] }
    | Extract<KernelOutcome, { kind: 'key_reused' | 'forbidden' | 'unknown_key' | 'stale_config' }>;
  readonly keys: readonly string[];
  readonly outcomes: readonly KernelOutcome[] | null;
  readonly current: { readonly version: number; readonly sha256: string } | null;
  readonly configs: readonly KernelConfig[] | null;
}

/** What `collect_rewards` returns (drizzle/kernel/15_collect.sql). The lists: of the operations, where the call is open. */
export interface KernelCollectAnswer {
  readonly call: Omit<KernelBulkAnswer, 'bulk'> & {
    readonly bulk:
      | Exclude<KernelBulkAnswer['bulk'], { kind: 'other_items' }>
      | Extract<KernelOutcome, { kind: 'stale_time' | 'rate_limited' }>;
  };
  /** Each `handle/number`, as in its ID. */
  readonly rewards?: readonly string[];
  readonly types?: readonly string[];
  /** Whether others are pending. */
  readonly more?: boolean;
}
