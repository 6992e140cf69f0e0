/**
 * The Operation: the one shape in which every mutation reaches the kernel, and the only product of the rules. The kernel
 * (drizzle/functions/commit_operation.sql) reads it as JSON under these member names.
 */
import type { Actor, Operator, StaffPermission, StaffRole } from './actor.ts';
import type { Quota } from './limits.ts';
import type { Accrual, Choice, Milestone, Posting } from './moves.ts';
import type { Rejection, SourceKey } from './rejections.ts';

/** The name, claim type and permission of a mutation. Each mutation's file in src/domain exports one. */
export interface OperationKind {
  /** The mutation's field in the schema. */
  readonly name: string;
  /** The claim type under which it is recorded, which no config may use; null where the config names it. */
  readonly claimType: string | null;
  /** What a staff member needs to make it. Unused where `actors` leaves staff out. */
  readonly permission: StaffPermission;
}

/**
 * The check of a staff member. The amount that counts is the sum of the operation's positive postings. Limits of the staff row
 * take precedence over the config's defaults, which are given here.
 */
export interface StaffCheck {
  readonly roles: readonly StaffRole[];
  /** The day of the budget (YYYY-MM-DD in the config's time zone). */
  readonly day: string;
  /** When the next day begins (ISO 8601, UTC). */
  readonly renewsAt: string;
  readonly defaultLimit: number;
  readonly defaultBudget: number;
  /** How many awards one staff member may make in a day; null: only the budget bounds them. Reversals do not count. */
  readonly awardsPerDay: number | null;
}

/** Names a claim to reverse. The kernel reads its entries from the ledger. */
export interface Reverses {
  readonly claimId: string;
  /** Whether balances may become negative where the player no longer has enough; otherwise the reversal is rejected. */
  readonly allowDebt: boolean;
  /** By resource: what regenerates is written down before the balance moves. */
  readonly accruals: Readonly<Record<string, Accrual>>;
  /** The counters of guarantees. The kernel computes them again from the draws that remain. */
  readonly counters: readonly string[];
}

/** An announced reward: what its claim will give, whatever the config says then. */
export interface OwedClaim {
  readonly claimType: string;
  readonly claimKey: string;
  readonly plan: Pick<Operation, 'postings' | 'milestones' | 'furtherKeys'>;
}

export interface Operation {
  /** The mutation's name, or `import`. */
  readonly name: string;
  /**
   * `commit`: apply it. `reject`: record `rejection` under the key. `lookup`: answer the key if it is known; write nothing
   * if it is not.
   */
  readonly mode: 'commit' | 'reject' | 'lookup';
  readonly playerId: string;
  /** Whether an unknown player is created (a player's own token, a game server) or rejected (staff). */
  readonly createPlayer: boolean;
  readonly actor: Actor | Operator;
  readonly staffCheck: StaffCheck | null;
  /** The business claim: granted once per player, forever. */
  readonly claimType: string;
  readonly claimKey: string;
  /** The source keys that the claim takes. If one of them is taken, the claim is rejected as already claimed. */
  readonly furtherKeys: readonly SourceKey[];
  readonly idempotencyKey: string;
  /** SHA-256 (hex) of the mutation's name and its canonical input. Two requests under one key must agree in it. */
  readonly fingerprint: string;
  /** The canonical input. It is kept with the claim and names the fields that differ under a reused key. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly correlationId: string;
  readonly configVersion: number;
  readonly reason: string | null;
  /** The player's version that the caller saw; null: any. */
  readonly expectedVersion: number | null;
  readonly postings: readonly Posting[];
  /** Resolved after the postings, in this order. Each sees the balances that the ones before it left. */
  readonly choices: readonly Choice[];
  /** Evaluated last. */
  readonly milestones: readonly Milestone[];
  /** The other side of a transfer: an existing player, and what moves there in the same transaction. */
  readonly counterparty: { readonly playerId: string; readonly postings: readonly Posting[] } | null;
  readonly quotas: readonly Quota[];
  /** Null: not a reversal. Otherwise `postings` is empty. */
  readonly reverses: Reverses | null;
  /** Null: not an announcement. Otherwise nothing moves until the announced reward is claimed. */
  readonly owes: OwedClaim | null;
  /** True: the postings are those that were announced for this claim type and key. */
  readonly paysOwed: boolean;
  /** By resource, for postings that the kernel finds itself: regeneration under the current rules. Null: see each posting. */
  readonly accruals: Readonly<Record<string, Accrual>> | null;
  /** For imported history: when it happened (ISO 8601, UTC). */
  readonly occurredAt: string | null;
  readonly rejection: Rejection | null;
}

/** The members of an operation that has no effect beyond its claim. Each mutation replaces the ones that it uses. */
export const NO_EFFECTS = {
  furtherKeys: [],
  reason: null,
  expectedVersion: null,
  postings: [],
  choices: [],
  milestones: [],
  counterparty: null,
  quotas: [],
  reverses: null,
  owes: null,
  paysOwed: false,
  accruals: null,
  occurredAt: null,
  rejection: null,
} as const satisfies Partial<Operation>;
