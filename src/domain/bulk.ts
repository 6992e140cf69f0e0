/**
 * Bulks: one mutation that makes several claims, each an item with an outcome of its own. The call's key belongs to its actor. The
 * kernel records the call with its first commit, and derives the key of each item from it (drizzle/kernel/10_bulk.sql).
 */
import type { Actor } from './actor.ts';
import { canonicalJson, type Json, sha256, withoutAbsent } from './canonical.ts';
import type { Outcome, Stale } from './outcome.ts';
import type { BalanceRules } from './rules.ts';

/** The call, as each request to the kernel repeats it. */
export interface BulkCall {
  /** `lookup`: record nothing; answer the key if it is known. */
  readonly mode: 'commit' | 'lookup';
  /** The mutation's name. */
  readonly name: string;
  readonly actor: Actor;
  readonly idempotencyKey: string;
  /** SHA-256 (hex) of the mutation's name and its canonical input. */
  readonly fingerprint: string;
  /** By field, what was sent; of a list its digest. It names the fields that differ under a reused key. */
  readonly input: Readonly<Record<string, Json>>;
  /** What identifies each item, in order, where the input does not say; null: it does. */
  readonly items: readonly string[] | null;
  readonly correlationId: string;
  readonly clientCorrelationId: string | null;
  readonly configVersion: number | null;
  readonly configSha256: string | null;
}

export type BulkOutcome =
  /** An outcome for each of the operations, in their order. `replayed`: the call had been recorded before. */
  | { readonly kind: 'open'; readonly replayed: boolean; readonly outcomes: readonly Outcome[] }
  /** The call was recorded with these items: decide them instead. */
  | { readonly kind: 'other_items'; readonly items: readonly string[] }
  | Extract<Outcome, { kind: 'key_reused' | 'forbidden' | 'unknown_key' }>
  | Extract<Stale, { kind: 'stale_config' }>;

/** What a call is made of before it is decided. */
export interface BulkIntent {
  readonly name: string;
  readonly actor: Actor;
  readonly idempotencyKey: string;
  readonly input: { readonly [field: string]: Json | undefined };
  readonly items: readonly string[] | null;
  readonly correlationId: string;
  readonly clientCorrelationId: string | null;
}

export function bulkCall(intent: BulkIntent, mode: BulkCall['mode'], rules: BalanceRules | null): BulkCall {
  const { name, input, ...rest } = intent;
  const sent = withoutAbsent(input);
  return {
    ...rest,
    mode,
    name,
    fingerprint: sha256(`${name}\n${canonicalJson(sent)}`),
    input: Object.fromEntries(Object.entries(sent).map(([field, value]) => [field, summary(value)])),
    configVersion: rules?.version ?? null,
    configSha256: rules?.sha256 ?? null,
  };
}

/** The lists of a call can be as long as a body; each item's own claim keeps what it was given. */
function summary(value: Json): Json {
  return Array.isArray(value) ? `${value.length} items, sha256:${sha256(canonicalJson(value))}` : value;
}
