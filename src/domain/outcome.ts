/**
 * What the kernel answers. A closed union tagged by `kind`: business outcomes are values, only infrastructure throws.
 * The kernel writes these very shapes as JSON; recorded rejections are stored and replayed as they are.
 */

import type { Draw } from './moves.ts';

/** A claim as the ledger holds it. */
export interface ClaimRecord {
  readonly id: string;
  readonly playerId: string;
  readonly operation: string;
  readonly type: string;
  readonly key: string;
  readonly idempotencyKey: string;
  readonly actorKind: 'player' | 'server' | 'staff' | 'operator';
  readonly actorId: string;
  readonly reason: string | null;
  readonly configVersion: number;
  readonly correlationId: string;
  /** The player's version that this claim made. */
  readonly playerVersion: number;
  /** ISO 8601, UTC. */
  readonly claimedAt: string;
  /** The other player of a transfer or of its reversal. */
  readonly counterpartyId: string | null;
  readonly draws: readonly Draw[];
  /** For imported history: when it happened (ISO 8601, UTC). */
  readonly occurredAt: string | null;
}

/** A ledger entry as a receipt shows it: one balance moved. `requested` differs from `delta` where it was clamped. */
export interface ChangeRecord {
  readonly resource: string;
  readonly before: number;
  readonly after: number;
  readonly delta: number;
  readonly requested: number;
  /** Gapless from 1 for each player and resource. */
  readonly sequence: number;
  /** What moved it: the operation itself, a level reached, time, or what the balance begins with. */
  readonly cause: 'operation' | 'milestone' | 'regeneration' | 'opening';
}

export type Balances = Readonly<Record<string, number>>;

/** For each regenerating balance that has moved: the moment from which its next unit is counted (ISO 8601). */
export type Anchors = Readonly<Record<string, string>>;

/** A business key beside the claim's own: this resource (`type`) is given once for this source (`key`), in whatever claim. */
export interface FurtherKey {
  readonly type: string;
  readonly key: string;
}

/** A "no" that is recorded under the key and replayed as it was. */
export type Rejection =
  | {
      readonly kind: 'already_claimed';
      readonly claimId: string;
      /** The further key that the original claim took; null where it is the same claim type and key. */
      readonly sharedKey: FurtherKey | null;
    }
  | {
      readonly kind: 'insufficient_balance';
      readonly resource: string;
      readonly available: number;
      readonly required: number;
      /** Whose, where it is not the player of the claim. */
      readonly playerId?: string;
    }
  | {
      readonly kind: 'limit_exceeded';
      readonly limit: LimitName;
      readonly resource: string | null;
      /** The bound that was hit, what is left of it, and what was asked for. */
      readonly bound: number;
      readonly remaining: number;
      readonly requested: number;
      /** When the limit renews by itself (ISO 8601, UTC); null: it does not. */
      readonly renewsAt: string | null;
    }
  | { readonly kind: 'version_conflict'; readonly expected: number; readonly current: number }
  | { readonly kind: 'unknown_player'; readonly playerId: string }
  | { readonly kind: 'unknown_claim'; readonly claimId: string }
  | { readonly kind: 'not_reversible'; readonly claimId: string }
  | { readonly kind: 'unknown_claim_type'; readonly claimType: string }
  | { readonly kind: 'unknown_exchange'; readonly exchange: string }
  | { readonly kind: 'not_announced'; readonly claimType: string; readonly claimKey: string }
  | { readonly kind: 'not_eligible'; readonly why: NotEligibleReason; readonly claimType: string };

export type LimitName =
  | 'resource_ceiling'
  /** The other player's balance is full; how full is not the caller's to know. */
  | 'recipient_ceiling'
  | 'staff_reward'
  | 'staff_daily_budget'
  | 'staff_daily_awards'
  | 'claims_per_day'
  | 'exchanges_per_day'
  | 'transfer_amount'
  | 'transfer_per_day';

export type NotEligibleReason = 'ticket_required' | 'server_only';

export type Outcome =
  | {
      readonly kind: 'granted';
      readonly replayed: boolean;
      readonly claim: ClaimRecord;
      readonly changes: readonly ChangeRecord[];
      /** What moved of the other player's balances; null where there is none. */
      readonly counterpartyChanges: readonly ChangeRecord[] | null;
      /** Every balance of the player as it was right after this claim. */
      readonly balances: Balances;
      readonly anchors: Anchors;
      readonly playerSince: string;
      /** Only where the claim was made under another config version than the request's: that version's document. */
      readonly config: {
        readonly version: number;
        readonly sha256: string;
        readonly document: unknown;
      } | null;
    }
  | {
      readonly kind: 'rejected';
      readonly replayed: boolean;
      readonly rejection: Rejection;
      /** Of the attempt that was told no first. */
      readonly correlationId: string;
      /** For `already_claimed`: the claim that was paid, and what it paid. */
      readonly original: { readonly claim: ClaimRecord; readonly changes: readonly ChangeRecord[] } | null;
    }
  | { readonly kind: 'key_reused'; readonly fields: readonly string[]; readonly correlationId: string }
  /** A lookup found nothing: the caller reports its own fault. */
  | { readonly kind: 'unknown_key' }
  /** The staff member is unknown, disabled, or lacks the role. Nothing is recorded. */
  | { readonly kind: 'forbidden'; readonly why: 'unknown_staff' | 'disabled' | 'role' };

/** What an operation would have done, had it been committed at this moment; the rest as above. */
export type Preview =
  | {
      readonly kind: 'preview';
      readonly playerVersion: number;
      readonly changes: readonly ChangeRecord[];
      readonly balances: Balances;
      readonly anchors: Anchors;
      readonly playerSince: string;
      /** ISO 8601, UTC. */
      readonly at: string;
    }
  | Extract<Outcome, { kind: 'rejected' | 'forbidden' | 'unknown_key' }>;
