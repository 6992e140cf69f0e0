/**
 * What the kernel answers: a closed union tagged by `kind`. The kernel writes these shapes as JSON. Business outcomes are
 * values; only infrastructure throws.
 */
import type { Draw } from './moves.ts';
import type { Rejection } from './rejections.ts';

/** A claim as the ledger stores it. */
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
  /** The player's version after this claim. */
  readonly playerVersion: number;
  /** ISO 8601, UTC. */
  readonly claimedAt: string;
  /** The other player of a transfer or of its reversal. */
  readonly counterpartyId: string | null;
  readonly draws: readonly Draw[];
  /** For imported history: when it happened (ISO 8601, UTC). */
  readonly occurredAt: string | null;
}

/** A ledger entry as a receipt shows it. `requested` differs from `delta` where it was clamped. */
export interface ChangeRecord {
  readonly resource: string;
  readonly before: number;
  readonly after: number;
  readonly delta: number;
  readonly requested: number;
  /** Gapless from 1 per player and resource. */
  readonly sequence: number;
  readonly cause: 'operation' | 'milestone' | 'regeneration' | 'opening';
}

/** Amounts by resource. */
export type Balances = Readonly<Record<string, number>>;

/** By resource: the moment from which the next regenerated unit counts (ISO 8601), where a regenerating balance has moved. */
export type Anchors = Readonly<Record<string, string>>;

/** The claim that was granted first, and what it moved. */
export interface OriginalClaim {
  readonly claim: ClaimRecord;
  readonly changes: readonly ChangeRecord[];
}

export type Outcome =
  | {
      readonly kind: 'granted';
      readonly replayed: boolean;
      readonly claim: ClaimRecord;
      readonly changes: readonly ChangeRecord[];
      /** The changes of the other player's balances; null where there is no other player. */
      readonly counterpartyChanges: readonly ChangeRecord[] | null;
      /** Every balance of the player directly after this claim. */
      readonly balances: Balances;
      readonly anchors: Anchors;
      readonly playerSince: string;
      /** Set where the claim was made under another config version than the request's: that version's document. */
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
      /** Of the attempt that was rejected first. */
      readonly correlationId: string;
      /** Set for `already_claimed`. */
      readonly original: OriginalClaim | null;
    }
  | { readonly kind: 'key_reused'; readonly fields: readonly string[]; readonly correlationId: string }
  /** A lookup found nothing: the caller reports its own fault. */
  | { readonly kind: 'unknown_key' }
  /** The staff member is unknown, disabled, or lacks the role. Nothing is recorded. */
  | { readonly kind: 'forbidden'; readonly why: 'unknown_staff' | 'disabled' | 'role' };

/** What an operation would do if it were committed now; the other kinds as above. */
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
