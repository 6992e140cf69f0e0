/**
 * What the kernel answers. A closed union tagged by `kind`: business outcomes are values, only infrastructure throws.
 * The kernel writes these very shapes as JSON; recorded rejections are stored and replayed as they are.
 */

/** A claim as the ledger holds it. */
export interface ClaimRecord {
  readonly id: string;
  readonly playerId: string;
  readonly operation: string;
  readonly type: string;
  readonly key: string;
  readonly idempotencyKey: string;
  readonly actorKind: 'player' | 'server' | 'staff';
  readonly actorId: string;
  readonly reason: string | null;
  readonly configVersion: number;
  readonly correlationId: string;
  /** The player's version that this claim made. */
  readonly playerVersion: number;
  /** ISO 8601, UTC. */
  readonly claimedAt: string;
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
}

export type Balances = Readonly<Record<string, number>>;

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
    }
  | {
      readonly kind: 'limit_exceeded';
      readonly limit: 'resource_ceiling' | 'staff_reward' | 'staff_daily_budget';
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
  | { readonly kind: 'not_eligible'; readonly why: NotEligibleReason; readonly claimType: string };

export type NotEligibleReason = 'ticket_required' | 'server_only';

export type Outcome =
  | {
      readonly kind: 'granted';
      readonly replayed: boolean;
      readonly claim: ClaimRecord;
      readonly changes: readonly ChangeRecord[];
      /** Every balance of the player as it was right after this claim. */
      readonly balances: Balances;
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
