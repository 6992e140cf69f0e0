/**
 * What the kernel answers: a closed union tagged by `kind` (src/ledger/decode-outcome.ts makes it). Business outcomes are values;
 * only infrastructure throws.
 */
import type { Actor, Operator } from './actor.ts';
import type { CombatDetail } from './claim-detail.ts';
import type { UsedLimit } from './limits.ts';
import type { Draw } from './moves.ts';
import type { Rejection } from './rejections.ts';
import type { Facts } from './rules.ts';

/** A claim as the ledger stores it. */
export interface ClaimRecord {
  /** The public ID (claim-id.ts). */
  readonly id: string;
  readonly playerId: string;
  readonly operation: string;
  readonly type: string;
  readonly key: string;
  readonly idempotencyKey: string;
  readonly actorKind: 'player' | 'server' | 'staff' | 'operator';
  readonly actorId: string;
  readonly reason: string | null;
  /** The config that it was decided under. */
  readonly configVersion: number;
  /** The config that its amounts come from, where it is another: that of an announcement. */
  readonly amountsVersion: number | null;
  /** Files the claim: ours; of servers and staff their own where they sent one. */
  readonly correlationId: string;
  /** The player's own, where they sent one. */
  readonly clientCorrelationId: string | null;
  /** The player's version after this claim. */
  readonly playerVersion: number;
  /** ISO 8601, UTC. */
  readonly claimedAt: string;
  /** The other player of a transfer or of its reversal. */
  readonly counterpartyId: string | null;
  readonly draws: readonly Draw[];
  /** Which of several prices was paid, from 0; null: there was one, or none. */
  readonly paidWith: number | null;
  /** Whether what its receiver should get did not fit, and became a pending reward. */
  readonly becamePending: boolean;
  /** Of a choose-one offer: the option that the request named. */
  readonly chosen: string | null;
  /** Of damage and healing. */
  readonly combat: CombatDetail | null;
  /** For imported history: when it happened (ISO 8601, UTC). */
  readonly occurredAt: string | null;
  /** What formulas and conditions read of the player, by name; null: nothing. */
  readonly factsRead: Facts | null;
  /** What it used of limits of the player and of the game, in the order in which they are counted. */
  readonly usedLimits: readonly UsedLimit[];
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
  readonly cause: 'operation' | 'milestone' | 'regeneration' | 'opening' | 'reset' | 'conversion';
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

/** The attempt that took a key. */
interface FirstAttempt {
  readonly actor: Actor | Operator;
  /** As in ClaimRecord. */
  readonly correlationId: string;
}

/** A published config as the kernel names it. */
export interface NamedConfig {
  readonly version: number;
  readonly sha256: string;
  /** Null: the caller said that it has a document of this digest. */
  readonly document: unknown;
}

/** Nothing was recorded. Decide again: under the current config, for the kernel's time, or on what the ledger holds of the player. */
export type Stale =
  /** Null: no config was published. */
  | { readonly kind: 'stale_config'; readonly current: NamedConfig | null }
  | { readonly kind: 'stale_time'; readonly at: Date }
  | { readonly kind: 'stale_player' }
  /** As in DecidedZones. */
  | { readonly kind: 'stale_zones'; readonly zones: string };

export type Outcome =
  | {
      readonly kind: 'granted';
      readonly replayed: boolean;
      /** Whether the replay was read from the archive. */
      readonly archived: boolean;
      readonly claim: ClaimRecord;
      readonly changes: readonly ChangeRecord[];
      /** The changes of the other player's balances; null where there is no other player. */
      readonly counterpartyChanges: readonly ChangeRecord[] | null;
      /** Of the balances that moved. */
      readonly anchors: Anchors;
      /** Balances that level, tier and stats follow from and that did not move. Those that are missing are 0. */
      readonly shown: Balances;
      /** Set where the claim was made under another config than the operation's. */
      readonly config: NamedConfig | null;
    }
  | (FirstAttempt & {
      readonly kind: 'rejected';
      readonly replayed: boolean;
      readonly rejection: Rejection;
      /** Set for `already_claimed`. */
      readonly original: OriginalClaim | null;
    })
  | (FirstAttempt & { readonly kind: 'key_reused'; readonly fields: readonly string[] })
  /** A lookup found nothing: the caller reports its own fault. */
  | { readonly kind: 'unknown_key' }
  /** The staff member or game server may not do it. Only the audit records it, of staff. */
  | { readonly kind: 'forbidden'; readonly why: ForbiddenReason }
  /** The player has no rejections left today, or the game server no claims or value in this hour. Nothing is recorded. */
  | { readonly kind: 'rate_limited'; readonly retryAt: Date; readonly of: 'player' | 'server' }
  /** Another transaction holds its player, or a key of the whole game that it needs. Send it again, on its own. */
  | { readonly kind: 'busy' }
  /** The database's clock is that many seconds behind what is recorded of the players. Nothing is recorded. */
  | { readonly kind: 'clock_behind'; readonly seconds: number }
  | Stale;

/** Why an actor may not act. `claim_scope`: it may call the operation, and not make this claim. */
export type ForbiddenReason =
  | 'unknown_staff'
  | 'disabled'
  | 'role'
  | 'unknown_server'
  | 'disabled_server'
  | 'server_key'
  | 'scope'
  | 'claim_scope';

/** What an operation would do if it were committed now; the other kinds as above. */
export type Preview =
  | {
      readonly kind: 'preview';
      /** Whether it pays a reward that was announced, whose draws were rolled then. They are not shown. */
      readonly pending: boolean;
      readonly playerVersion: number;
      readonly changes: readonly ChangeRecord[];
      /** As in ClaimRecord. */
      readonly paidWith: number | null;
      readonly becamePending: boolean;
      readonly anchors: Anchors;
      readonly shown: Balances;
      /** Every balance that the operation names, as it would be. */
      readonly balances: Balances;
    }
  | Extract<Outcome, { kind: 'rejected' | 'forbidden' | 'unknown_key' | 'clock_behind' }>
  | Stale;
