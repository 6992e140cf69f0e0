/** An operation as `onceward.commit_operations` takes it, and the outcomes that it answers: what the kernel's contract says of both. */
import { createHash } from 'node:crypto';

/** The version of the kernel's contract that all of this follows. */
export const CONTRACT = 10;

export interface BatchPosting {
  readonly resource: string;
  readonly delta: number;
  readonly floor: number;
  readonly ceiling: number;
  readonly ceiling_per_unit: number;
  readonly ceiling_of: string | null;
  readonly clamp: boolean;
  readonly reset_before?: string;
  readonly reset_by?: number | null;
}

export interface BatchRequirement {
  readonly counter: string;
  readonly at_least: number;
  readonly reset_before: string;
  readonly reset_by: number | null;
}

export interface BatchChoice {
  readonly one_of: readonly {
    readonly when: readonly { readonly resource: string; readonly at_least: number }[];
    readonly draws: readonly unknown[];
    readonly postings: readonly BatchPosting[];
  }[];
}

export interface BatchSourceKey {
  readonly game: boolean;
  readonly resource: string;
  readonly key: string;
}

export interface BatchLimit {
  readonly kind: 'player' | 'game';
  readonly name: string;
  readonly period: string;
  readonly since: string;
  readonly claim_type: string;
  readonly shares_with: readonly string[] | null;
  readonly about: null;
  readonly resource: string | null;
  readonly amount: number;
  readonly bound: number;
  readonly rejection: string;
  readonly renews_at: string | null;
}

export interface StaffTerms {
  readonly day: string;
  readonly renews_at: string;
}

export interface BatchPlan {
  readonly resources: readonly string[];
  readonly postings: readonly BatchPosting[];
  readonly choices: readonly BatchChoice[];
  readonly source_keys: readonly BatchSourceKey[];
}

export interface BatchReversal {
  readonly claim_id: string;
  readonly handle: string;
  readonly number: number;
  readonly quantity: number | null;
  readonly reopen: boolean;
  readonly allow_debt: boolean;
  readonly counters: readonly string[];
}

export interface BatchOperation {
  readonly mode: 'commit' | 'reject' | 'lookup';
  readonly name: string;
  /** Whom key, claim and refusals belong to: a player, or the actor where there is no player. */
  readonly player: string;
  readonly creates_player: boolean;
  readonly actor_kind: 'player' | 'server' | 'staff';
  readonly actor_id: string;
  readonly permission: string;
  readonly idempotency_key: string;
  readonly fingerprint: string;
  readonly input: object;
  readonly correlation_id: string;
  readonly client_correlation_id: string | null;
  readonly reason: string | null;
  readonly config_version: number | null;
  readonly config_sha256: string | null;
  readonly holds_from: string;
  readonly holds_until: string;
  readonly claim_type: string;
  readonly claim_key: string;
  readonly source_keys: readonly BatchSourceKey[];
  readonly expected_version: number | null;
  readonly rejection: object | null;
  readonly source: 'postings' | 'pending' | 'reversal' | 'announcement';
  readonly requires: readonly BatchRequirement[];
  readonly resources: readonly string[];
  readonly postings: readonly BatchPosting[];
  readonly advances: readonly BatchPosting[];
  readonly choices: readonly BatchChoice[];
  readonly milestones: boolean;
  readonly counterparty: string | null;
  readonly counterparty_postings: readonly BatchPosting[];
  readonly limits: readonly BatchLimit[];
  readonly staff: StaffTerms | null;
  readonly units: number;
  readonly announces: {
    readonly claim_type: string;
    readonly claim_key: string;
    readonly plan: BatchPlan;
    readonly origin: number;
    readonly expires_at: string | null;
    readonly message: unknown;
  } | null;
  readonly reverses: BatchReversal | null;
  readonly shown: readonly string[];
  readonly occurred_at: null;
}

export interface BatchChange {
  readonly resource: string;
  readonly before: number;
  readonly delta: number;
  readonly requested: number;
  /** Null: nothing moved but the regeneration anchor. It is no entry of the ledger. */
  readonly sequence: number | null;
  readonly cause: number | null;
  readonly anchored_at: string | null;
}

/** What an answer shows of a granted claim: a first answer by itself, a replay in `claim`. */
export interface BatchGrant {
  readonly handle: string;
  readonly number: number;
  readonly version: number;
  readonly key: string;
  readonly configVersion: number;
  readonly amountsVersion: number | null;
  /** A time, or milliseconds since 1970. */
  readonly claimedAt: string | number;
  readonly counterpartyId: string | null;
  readonly draws: readonly unknown[] | null;
}

interface BatchMoves {
  readonly changes: readonly BatchChange[] | null;
  readonly counterpartyChanges: readonly BatchChange[] | null;
  readonly shown: Readonly<Record<string, number>>;
}

export type BatchRejection = { readonly kind: string } & Readonly<Record<string, unknown>>;

export type BatchOutcome =
  | ({ readonly kind: 'granted'; readonly replayed: false } & BatchGrant & BatchMoves)
  | ({ readonly kind: 'granted'; readonly replayed: true; readonly claim: BatchGrant } & BatchMoves)
  | {
      readonly kind: 'rejected';
      readonly replayed: boolean;
      readonly rejection: BatchRejection;
      readonly original: { readonly claim: { readonly number: number } } | null;
    }
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'unknown_key' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'stale_config' }
  | { readonly kind: 'stale_time'; readonly at: number }
  | { readonly kind: 'busy' }
  | { readonly kind: 'rate_limited' };

export type BatchGranted = Extract<BatchOutcome, { kind: 'granted' }>;

export function grantOf(outcome: BatchGranted): BatchGrant {
  return outcome.replayed ? outcome.claim : outcome;
}

/** What a call that failed is answered with. `code`: the SQLSTATE; empty: the connection was lost. */
export interface BatchError {
  readonly kind: 'error';
  readonly code: string;
  readonly message: string;
}

/** A call that makes several claims. Its items are the intents that name it. */
export interface Bulk {
  readonly key: string;
  readonly actor: string;
  /** The name of the operation that every item is. */
  readonly name: string;
  readonly items: readonly string[];
}

interface BulkPlace {
  readonly bulk: Bulk;
  readonly place: number;
}

/** An operation that a caller wants committed. It is sent under its key until its outcome is known. */
export interface BatchIntent {
  readonly number: number;
  /** As it is sent, but for the config and the time, which the caller names when it sends it. */
  readonly operation: BatchOperation;
  /** The call that contains it must fail. */
  readonly isPoison: boolean;
  /** Its actor may not act. */
  readonly isForbidden: boolean;
  /** It names a config or a time that is not current, and is sent as it is. */
  readonly isStale: boolean;
  /** It is an item of this call; absent: it is sent by itself. */
  readonly bulk?: BulkPlace;
}

/** One sending of one operation. */
export interface BatchAttempt {
  readonly intent: BatchIntent;
  readonly sent: BatchOperation;
  readonly call: number;
  readonly size: number;
  /** By the callers' clock, which counts beginnings and ends. */
  readonly began: number;
  readonly ended: number;
  /** What was acknowledged before the call: the newest config, and the highest numbers of the player and the counterparty. */
  readonly acknowledgedConfig: number;
  readonly acknowledgedNumber: number;
  readonly acknowledgedOther: number;
  readonly outcome: BatchOutcome | BatchError;
}

/** SQLSTATEs that end a call without an outcome: the backend was killed, no connection was free, a lock, a statement or a key was in the way. */
const UNAVAILABLE = /^(|57P0[123]|57014|55P03|53300|40001|40P01|08...)$/;

/** Whether sending the operation again may give it another outcome. */
export function isRetryable(outcome: BatchOutcome | BatchError): boolean {
  if (outcome.kind === 'error') return UNAVAILABLE.test(outcome.code);
  return outcome.kind === 'busy' || outcome.kind === 'stale_config' || outcome.kind === 'stale_time';
}

export const MAX_AMOUNT = Number.MAX_SAFE_INTEGER;

export function keyOf({ player, idempotency_key }: BatchOperation): string {
  return `${player}\n${idempotency_key}`;
}

/** Whether there is no player. */
export function isOwn({ player, actor_id, actor_kind }: BatchOperation): boolean {
  return player === actor_id && actor_kind !== 'player';
}

/** As the kernel takes it. */
export function onWire(operation: BatchOperation): object {
  return isOwn(operation) ? { ...operation, player: null } : operation;
}

/** A UUID that follows from a text. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
