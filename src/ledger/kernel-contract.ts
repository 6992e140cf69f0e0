/**
 * The boundary to the kernel in TypeScript: the parameters of `onceward.commit_operations` and `preview_operation`
 * (drizzle/0002_kernel_types.sql has the same types in SQL) and what they answer. Member names are those of the SQL types.
 */
import type { InboxMessage } from '../domain/operation.ts';
import type { ForbiddenReason } from '../domain/outcome.ts';
import type { Rejection, StoredRejection } from '../domain/rejections.ts';
import type { Facts } from '../domain/rules.ts';
import type { KernelPlace } from './archive-place.ts';
import type { KernelLimitUse, KernelMerge, KernelRequiredAge, KernelStaffTerms } from './kernel-limits.ts';
import type { KernelChoice, KernelPosting, KernelRequirement, KernelSourceKey } from './kernel-postings.ts';

export type * from './kernel-limits.ts';
export type * from './kernel-postings.ts';

/** Both sides name it in every call. It rises when a type of this file changes. */
export const CONTRACT_VERSION = 10;

/** How many operations one call may commit. */
export const MAX_OPERATIONS = 100;

export interface KernelPlan {
  readonly resources: readonly string[];
  readonly postings: readonly KernelPosting[];
  readonly choices: readonly KernelChoice[];
  readonly source_keys: readonly KernelSourceKey[];
  /** What it gives instead where it expires. */
  readonly on_expiry: readonly KernelPosting[];
}

export interface KernelOperation {
  readonly mode: 'commit' | 'reject' | 'lookup';
  readonly name: string;
  readonly player: string;
  readonly creates_player: boolean;
  readonly actor_kind: 'player' | 'server' | 'staff' | 'operator';
  readonly actor_id: string;
  readonly permission: string;
  readonly idempotency_key: string;
  /** The first 128 bits of a SHA-256, as a UUID. */
  readonly fingerprint: string;
  readonly input: unknown;
  readonly correlation_id: string;
  readonly client_correlation_id: string | null;
  readonly reason: string | null;
  /** Null: the caller has no config, and gets the current one. */
  readonly config_version: number | null;
  readonly config_sha256: string | null;
  /** The interval in which what depends on the clock holds; `-infinity` and `infinity` where nothing does. */
  readonly holds_from: string;
  readonly holds_until: string;
  readonly claim_type: string;
  readonly claim_key: string;
  readonly source_keys: readonly KernelSourceKey[];
  readonly expected_version: number | null;
  /** The player's number that it was decided on; null: on none. */
  readonly decided_on: number | null;
  readonly facts_read: Facts | null;
  /** The player's zones that it was decided on, and those from now on; null: it does not depend on the player's day. */
  readonly zones_seen: string | null;
  readonly zones_next: string | null;
  readonly rejection: Rejection | null;
  readonly source: 'postings' | 'pending' | 'reversal' | 'announcement' | 'code' | 'merge';
  readonly requires: readonly KernelRequirement[];
  readonly resources: readonly string[];
  readonly postings: readonly KernelPosting[];
  /** Postings on counters, whatever the source of the others. */
  readonly advances: readonly KernelPosting[];
  readonly choices: readonly KernelChoice[];
  /** Whether the level milestones of the config are evaluated. */
  readonly milestones: boolean;
  readonly counterparty: string | null;
  readonly counterparty_postings: readonly KernelPosting[];
  readonly limits: readonly KernelLimitUse[];
  readonly age: KernelRequiredAge | null;
  readonly staff: KernelStaffTerms | null;
  readonly units: number;
  readonly announces: {
    readonly claim_type: string;
    readonly claim_key: string;
    readonly plan: KernelPlan;
    /** The place in `REWARD_ORIGINS`, from 1. */
    readonly origin: number;
    /** ISO 8601; null: it does not expire. */
    readonly expires_at: string | null;
    readonly message: InboxMessage;
  } | null;
  /** What a gift does that does not fit; null: it is refused, or clamped. */
  readonly on_full: { readonly origin: number; readonly message: InboxMessage } | null;
  readonly reverses: {
    readonly claim_id: string;
    /** Postgres's hex format of bytea: `\x` and 20 digits. */
    readonly handle: string;
    readonly number: number;
    readonly quantity: number | null;
    readonly reopen: boolean;
    readonly allow_debt: boolean;
    readonly counters: readonly string[];
  } | null;
  /** The HMAC of the code that is redeemed (64 hex digits). */
  readonly redeems: string | null;
  readonly shown: readonly string[];
  readonly accepts_gifts: boolean | null;
  readonly freezes: boolean | null;
  readonly occurred_at: string | null;
  /** Of a game server with a token; null: it has none. */
  readonly server: KernelServerTerms | null;
  readonly merges: KernelMerge | null;
}

/** What the token of a game server says, and the operation that it calls. */
export interface KernelServerTerms {
  readonly key_id: string;
  /** Its name in the schema: of a preview its own. */
  readonly operation: string;
  /** Null: any. */
  readonly claim_types: readonly string[] | null;
  readonly largest_amount: number | null;
}

/** An operation without a player: its key, its claim and its refusals belong to the actor, and nothing moves. */
export interface KernelActorOperation extends Omit<KernelOperation, 'player'> {
  readonly player: null;
  readonly actor_kind: Exclude<KernelOperation['actor_kind'], 'player'>;
}

/** Times are milliseconds since 1970. */
export interface KernelChange {
  readonly resource: string;
  readonly before: number;
  readonly delta: number;
  readonly requested: number;
  /** Null: nothing moved but the moment from which the next unit counts. It is no entry of the ledger. */
  readonly sequence: number | null;
  readonly cause: 1 | 2 | 3 | 4 | 5 | 6 | null;
  /** Of a regenerating resource: its anchor; of a progress counter: this change (ISO 8601 as Postgres writes it). */
  readonly anchored_at: string | null;
}

export interface KernelClaim {
  /** 20 hex digits. */
  readonly handle: string;
  readonly number: number;
  readonly version: number;
  /** The actor's where the claim belongs to its actor. */
  readonly playerId: string;
  readonly operation: string;
  readonly type: string;
  readonly key: string;
  readonly idempotencyKey: string;
  readonly actorKind: 'player' | 'server' | 'staff' | 'operator';
  readonly actorId: string;
  readonly reason: string | null;
  readonly configVersion: number;
  readonly amountsVersion: number | null;
  readonly correlationId: string;
  readonly clientCorrelationId: string | null;
  readonly claimedAt: number;
  readonly counterpartyId: string | null;
  readonly draws: readonly unknown[] | null;
  readonly paidWith: number | null;
  /** Null: no. */
  readonly becamePending: boolean | null;
  readonly input: unknown;
  readonly occurredAt: number | null;
  readonly factsRead: Facts | null;
  readonly limitsUsed: readonly KernelUsedLimit[] | null;
}

/** Whether it is one of the game; the counter, such as `claims:bounty`; the period; the amount. */
export type KernelUsedLimit = readonly [boolean, string, string, number];

/** A config that the answers refer to. `document` is null where the caller said that it holds the digest. */
export interface KernelConfig {
  readonly version: number;
  readonly sha256: string;
  readonly document: unknown;
}

export interface KernelOriginal {
  readonly claim: KernelClaim;
  readonly changes: readonly KernelChange[];
}

/** A claim that was granted by this call: what the caller does not know from its operation. */
export interface KernelNewGrant {
  readonly kind: 'granted';
  readonly replayed: false;
  readonly handle: string;
  readonly number: number;
  readonly version: number;
  /** The operation's, or that of a later part of a reversal. */
  readonly key: string;
  readonly configVersion: number;
  readonly amountsVersion: number | null;
  /** ISO 8601 as Postgres writes it. */
  readonly claimedAt: string;
  readonly counterpartyId: string | null;
  readonly draws: readonly unknown[] | null;
  readonly paidWith: number | null;
  readonly becamePending: boolean | null;
  /** The operation's; null where a pending reward was paid instead. */
  readonly factsRead: Facts | null;
  readonly limitsUsed: readonly KernelUsedLimit[] | null;
  readonly changes: readonly KernelChange[] | null;
  readonly counterpartyChanges: readonly KernelChange[] | null;
  /** By name: balances that level, tier and stats follow from and that the claim did not move. Absent: 0. */
  readonly shown: Readonly<Record<string, number>>;
}

/** A claim that was granted by an earlier call. */
export interface KernelReplay {
  readonly kind: 'granted';
  readonly replayed: true;
  readonly claim: KernelClaim;
  readonly changes: readonly KernelChange[];
  readonly counterpartyChanges: readonly KernelChange[] | null;
  readonly shown: Readonly<Record<string, number>>;
  /** True: it was read from the archive (read-archive.ts). */
  readonly archived?: boolean;
}

/** The attempt that took a key. */
interface KernelAttempt {
  readonly madeBy: { readonly kind: KernelClaim['actorKind']; readonly id: string };
  readonly correlationId: string;
  readonly clientCorrelationId: string | null;
}

export type KernelOutcome =
  | KernelNewGrant
  | KernelReplay
  | (KernelAttempt & {
      readonly kind: 'rejected';
      readonly replayed: boolean;
      readonly rejection: StoredRejection;
      readonly original: KernelOriginal | null;
    })
  /** The key has its outcome, and that is in the archive. `reused`: the input is another. */
  | { readonly kind: 'archived'; readonly place: KernelPlace; readonly reused: boolean }
  | (KernelAttempt & { readonly kind: 'key_reused'; readonly fields: readonly string[] })
  | { readonly kind: 'unknown_key' }
  | { readonly kind: 'forbidden'; readonly why: ForbiddenReason }
  /** The operation names a config that is not current: adopt the current one and decide again. */
  | { readonly kind: 'stale_config' }
  /** The operation does not hold at the kernel's time: decide again for `at`. */
  | { readonly kind: 'stale_time'; readonly at: number }
  /** The player's number is not the one that the operation was decided on: read them and decide again. */
  | { readonly kind: 'stale_player' }
  /** The player's zones are others: decide again on these. */
  | { readonly kind: 'stale_zones'; readonly zones: string }
  /** Another transaction holds one of the players, or a key of the whole game. Send the operation again, on its own. */
  | { readonly kind: 'busy' }
  /** The clock is far behind the times that are recorded of the players. Nothing was recorded. */
  | { readonly kind: 'clock_behind'; readonly seconds: number }
  /** The player has no refusals left today, or the game server nothing in this hour. Nothing was recorded; the key is free. */
  | { readonly kind: 'rate_limited'; readonly retryAt: number; readonly of?: 'server' };

/** The configs that the outcomes of a call refer to; absent where they refer to those that the operations named. */
export interface KernelConfigs {
  /** The config that is current; null: none was published. */
  readonly current?: { readonly version: number; readonly sha256: string } | null;
  /** The configs of replayed claims and the current one, each once. */
  readonly configs?: readonly KernelConfig[];
}

/** What an action of staff does besides its claim (drizzle/kernel/40_actions.sql). */
export interface KernelAction {
  /** Such as `proposal.approve`. */
  readonly kind: string;
  readonly [argument: string]: unknown;
}

/** What `commit_action` returns. `record`: what it was about, if the action is granted. */
export interface KernelActionAnswer {
  readonly answer: KernelAnswer;
  readonly record?: unknown;
}

/** What `commit_operations` returns: an outcome for each operation, in their order. */
export interface KernelAnswer extends KernelConfigs {
  readonly outcomes: readonly KernelOutcome[];
}

export type KernelPreview =
  | {
      readonly kind: 'preview';
      readonly pending: boolean;
      readonly playerVersion: number;
      readonly changes: readonly KernelChange[];
      readonly paidWith: number | null;
      readonly becamePending: boolean | null;
      readonly shown: Readonly<Record<string, number>>;
      /** By name: the balances that the operation names, as they would be, moved or not. */
      readonly balances: Readonly<Record<string, number>>;
    }
  | Extract<
      KernelOutcome,
      {
        kind:
          | 'rejected'
          | 'forbidden'
          | 'unknown_key'
          | 'stale_config'
          | 'stale_time'
          | 'stale_player'
          | 'stale_zones'
          | 'clock_behind';
      }
    >;

/** What `preview_operation` returns. */
export interface KernelPreviewAnswer extends KernelConfigs {
  readonly preview: KernelPreview;
}
