/**
 * The Operation: the one shape in which every mutation reaches the kernel, and the only product of the rules.
 * src/ledger/encode-operation.ts turns it into the kernel's parameters.
 */
import type { Actor, Operator, StaffPermission } from './actor.ts';
import type { LimitUse } from './limits.ts';
import type { Choice, Posting, Requirement } from './moves.ts';
import type { DecidedZones } from './player-zones.ts';
import type { Rejection, ScopedSourceKey } from './rejections.ts';
import type { Facts } from './rules.ts';

/** The name, claim type and permission of a mutation. Each mutation's file in src/domain exports one. */
export interface OperationKind {
  /** The mutation's field in the schema. */
  readonly name: string;
  /** The claim type under which it is recorded, which no config may use; null where the config names it. */
  readonly claimType: string | null;
  /** What staff and game servers need to make it. Unused where `actors` leaves both out. */
  readonly permission: StaffPermission;
  /** Whether what a game server gives counts against limits of the server, as that of staff does. */
  readonly limitsServers?: true;
}

/** The day that the limits of staff, and of servers that give awards, count. Their bounds are rows of the database: no operation states them. */
export interface StaffTerms {
  /** The name of the day (YYYY-MM-DD). */
  readonly day: string;
  /** When the next day begins (ISO 8601, UTC). */
  readonly renewsAt: string;
}

/** What an announced reward will give, whatever the config says then. */
export interface AnnouncedPlan {
  /** Every resource that the postings and choices touch. */
  readonly resources: readonly string[];
  readonly postings: readonly Posting[];
  /** Rolled already; balances decide between the alternatives when it is paid. */
  readonly choices: readonly Choice[];
  readonly sourceKeys: readonly ScopedSourceKey[];
  /** What it gives instead where it expires. Ceilings cut it. */
  readonly onExpiry: readonly Posting[];
}

/**
 * Where a pending reward comes from. `transfer`: another player gave it, and it did not fit. `breaker`, `frozen`: what a claim gives
 * that was held back, by a breaker or because its player was frozen (drizzle/kernel/76_hold.sql).
 */
export type RewardOrigin = 'server' | 'staff' | 'campaign' | 'transfer' | 'breaker' | 'frozen';

/** The claim type under which what was held back is paid. */
export const HELD_REWARD = 'held_reward';

/** What an inbox shows of a pending reward: a message of the config, or these texts; null: the texts of its claim type. */
export type InboxMessage =
  | { readonly name: string }
  | { readonly title: string; readonly text: string | null }
  | null;

/** Where the postings come from. Only the first kind has postings of its own. */
export type Source =
  | { readonly kind: 'postings' }
  /** The reward that was announced for this claim type and key. */
  | { readonly kind: 'pending' }
  /** What the code holds that has this HMAC (64 hex digits). */
  | { readonly kind: 'code'; readonly digest: string }
  /** The ledger entries of the claim that is taken back. */
  | {
      readonly kind: 'reversal';
      /** The public ID of the claim, and what it stands for. */
      readonly claimId: string;
      readonly handle: string;
      readonly number: number;
      /** How many times what the claim made is taken back; null: all that is left. */
      readonly quantity: number | null;
      /** Whether the claim can be made again. */
      readonly reopen: boolean;
      /** Whether balances may become negative where the player no longer has enough; otherwise the reversal is rejected. */
      readonly allowDebt: boolean;
      /** The counters of guarantees. The kernel computes them again from the draws that remain. */
      readonly counters: readonly string[];
    }
  /** What the guest has, who is the operation's other player. The postings say what is added up, without amounts. */
  | {
      readonly kind: 'merge';
      /** Whether conflicts are taken, as the account has them; otherwise they reject it. */
      readonly takes: boolean;
      /** Of these the higher stays. They have no amounts. */
      readonly counters: readonly Posting[];
      /** Of these resources the account's stays. */
      readonly keeps: readonly string[];
      /** The limits of a player, without amounts. */
      readonly limits: readonly LimitUse[];
    }
  /** None: nothing moves until the announced reward is claimed. */
  | {
      readonly kind: 'announcement';
      readonly announces: {
        readonly claimType: string;
        readonly claimKey: string;
        readonly plan: AnnouncedPlan;
        readonly origin: Extract<RewardOrigin, 'server' | 'staff' | 'campaign'>;
        /** ISO 8601, UTC; null: it does not expire. */
        readonly expiresAt: string | null;
        readonly message: InboxMessage;
      };
    };

export interface Operation {
  /** The mutation's name, or `import`. */
  readonly name: string;
  /**
   * `commit`: apply it. `reject`: record `rejection` under the key; with the source `pending`, only if nothing is pending.
   * `lookup`: answer the key if it is known; write nothing if it is not.
   */
  readonly mode: 'commit' | 'reject' | 'lookup';
  readonly playerId: string;
  /** Whether an unknown player is created (a player's own token, a game server) or rejected (staff). */
  readonly createsPlayer: boolean;
  readonly actor: Actor | Operator;
  /** The kernel compares it with the role of the staff member or server. Operators need none. */
  readonly permission: StaffPermission | 'import';
  /** Null: the actor has no such limits, or there is no config. */
  readonly staff: StaffTerms | null;
  /** The business claim: granted once per player, forever. */
  readonly claimType: string;
  readonly claimKey: string;
  /** The source keys that the claim takes. If one of them is taken, the claim is rejected as already claimed. */
  readonly sourceKeys: readonly ScopedSourceKey[];
  readonly idempotencyKey: string;
  /** SHA-256 (hex) of the mutation's name and its canonical input. Two requests under one key must agree in it. */
  readonly fingerprint: string;
  /** The canonical input. It is kept with the claim and names the fields that differ under a reused key. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The ID of the request, made here: a UUID of version 7. */
  readonly correlationId: string;
  /** The caller's own text; null: none was sent. */
  readonly clientCorrelationId: string | null;
  /** The config that decided it. Null: there was none, so the operation is a lookup. */
  readonly configVersion: number | null;
  readonly configSha256: string | null;
  /** The interval (ISO 8601, UTC) in which what depends on the clock holds; null: unbounded. */
  readonly holdsFrom: string | null;
  readonly holdsUntil: string | null;
  readonly reason: string | null;
  /** The player's version that the caller saw; null: any. */
  readonly expectedVersion: number | null;
  /** The player's number in the read that it was decided on: the kernel refuses it under another. Null: nothing was read. */
  readonly decidedOn: number | null;
  /** What formulas and conditions read of the player, by name. It is kept with the claim. */
  readonly factsRead: Facts | null;
  /** The player's zones, where it depends on the player's day: the kernel refuses it on others. Null: it does not. */
  readonly zones: DecidedZones | null;
  readonly source: Source;
  /** What counters must have reached. An announced reward is paid without: it was required when it was announced. */
  readonly requires: readonly Requirement[];
  readonly postings: readonly Posting[];
  /** Postings on counters, after the others; also where those are of an announced reward. */
  readonly advances: readonly Posting[];
  /** Resolved after the postings, in this order. Each sees the balances that the ones before it left. */
  readonly choices: readonly Choice[];
  /** Whether the config's level milestones are evaluated, after everything else. */
  readonly milestones: boolean;
  /** The other side of a transfer: an existing player, and what moves there in the same transaction. */
  readonly counterparty: { readonly playerId: string; readonly postings: readonly Posting[] } | null;
  /**
   * Where what the receiver should get (the counterparty if there is one) does not fit under a ceiling, all of it becomes a pending
   * reward. Null: it is rejected or clamped.
   */
  readonly onFull: { readonly origin: RewardOrigin; readonly message: InboxMessage } | null;
  readonly limits: readonly LimitUse[];
  /** The age that the player's account must have; null: any. */
  readonly age: { readonly hours: number; readonly resource: string; readonly requested: number } | null;
  /** How many times an exchange is made at once; 1 for everything else. */
  readonly units: number;
  /** Every resource whose balance the kernel needs. */
  readonly resources: readonly string[];
  /** The resources from which level, tier and stats follow. */
  readonly shown: readonly string[];
  /** Whether others can give the player resources from now on; null: as before. */
  readonly acceptsGifts: boolean | null;
  /** Whether the player is frozen from now on; null: as before. */
  readonly freezes: boolean | null;
  /** For imported history: when it happened (ISO 8601, UTC). */
  readonly occurredAt: string | null;
  readonly rejection: Rejection | null;
}

/** The members of an operation that has no effect beyond its claim. Each mutation replaces the ones that it uses. */
export const NO_EFFECTS = {
  sourceKeys: [],
  holdsFrom: null,
  holdsUntil: null,
  reason: null,
  expectedVersion: null,
  decidedOn: null,
  factsRead: null,
  zones: null,
  source: { kind: 'postings' },
  requires: [],
  postings: [],
  advances: [],
  choices: [],
  milestones: false,
  counterparty: null,
  onFull: null,
  limits: [],
  age: null,
  units: 1,
  resources: [],
  shown: [],
  acceptsGifts: null,
  freezes: null,
  occurredAt: null,
  rejection: null,
} as const satisfies Partial<Operation>;
