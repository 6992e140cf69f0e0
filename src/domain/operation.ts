/**
 * The Operation: the one shape in which every mutation reaches the ledger kernel, and the only thing that the rules
 * produce. Rules compose by concatenating postings (moves.ts). The kernel (drizzle/functions/commit_operation.sql) reads
 * it as JSON under these very names.
 */
import type { Actor, Operator, StaffRole } from './actor.ts';
import type { Accrual, Choice, Milestone, Posting } from './moves.ts';
import type { FurtherKey, Rejection } from './outcome.ts';

/** The largest amount, both ways: what a JSON number holds exactly. The database checks the same bound. */
export const MAX_AMOUNT = Number.MAX_SAFE_INTEGER;

/**
 * The staff check: who may, and how much. What the operation hands out is the sum of its positive postings; limits on the
 * staff row win over the config's defaults given here.
 */
export interface StaffCheck {
  readonly roles: readonly StaffRole[];
  /** The budget day (YYYY-MM-DD in the config's time zone). */
  readonly day: string;
  /** When the next budget day begins (ISO 8601, UTC). */
  readonly renewsAt: string;
  readonly defaultLimit: number;
  readonly defaultBudget: number;
  /** The most awards of one staff member in a day; null: as many as the budget allows. A reversal is no award. */
  readonly awardsPerDay: number | null;
}

/** How much of a limited thing this operation is, and how much of it one player may do in a period. */
export interface Quota {
  /** What is counted, such as `claims:pve_victory`; its period's name, such as the day. */
  readonly name: string;
  readonly period: string;
  readonly amount: number;
  readonly bound: number;
  /** How the rejection calls it. */
  readonly limit: 'claims_per_day' | 'exchanges_per_day' | 'transfer_per_day';
  /** When the next period begins (ISO 8601, UTC). */
  readonly renewsAt: string;
}

/** Names a claim whose postings are to be moved back; the kernel reads them from the ledger. */
export interface Reverses {
  readonly claimId: string;
  /** Whether balances may fall below 0 where the player no longer has enough; otherwise the reversal is refused. */
  readonly allowDebt: boolean;
  /** Of every resource that grows by itself: it gets what it has grown before it is moved. */
  readonly accruals: Readonly<Record<string, Accrual>>;
  /** The resources that count draws for a guarantee: they become what the draws that are left have made of them. */
  readonly counters: readonly string[];
}

/** A reward that is announced: what its claim will give, whatever the config says by then. */
export interface OwedClaim {
  readonly claimType: string;
  readonly claimKey: string;
  readonly plan: Pick<Operation, 'postings' | 'milestones' | 'furtherKeys'>;
}

export type OperationName =
  | 'claimReward'
  | 'manualReward'
  | 'spendStatPoints'
  | 'reverseClaim'
  | 'exchange'
  | 'transferResource'
  | 'applyDamage'
  | 'heal'
  | 'announceReward'
  | 'recoverReward'
  | 'import';

export interface Operation {
  readonly name: OperationName;
  /**
   * `commit`: do it. `reject`: the rules said no; record `rejection` under the key. `lookup`: the request cannot be
   * carried out and must leave no trace; answer the key if it is known, write nothing if it is not.
   */
  readonly mode: 'commit' | 'reject' | 'lookup';
  readonly playerId: string;
  /** Whether an unknown player is created (player's own token, game server) or refused (staff). */
  readonly createPlayer: boolean;
  readonly actor: Actor | Operator;
  readonly staffCheck: StaffCheck | null;
  /** The business claim: together with the player it is granted once, forever. */
  readonly claimType: string;
  readonly claimKey: string;
  /** Further business keys that this claim takes; it is refused as already claimed where any of them is taken. */
  readonly furtherKeys: readonly FurtherKey[];
  readonly idempotencyKey: string;
  /** SHA-256 (hex) of the mutation's name and canonical input; two requests of one key must agree in it. */
  readonly fingerprint: string;
  /** The canonical input, kept with the claim: it explains it, and names the fields that differ under a reused key. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly correlationId: string;
  readonly configVersion: number;
  readonly reason: string | null;
  /** The player's version that the caller saw; null: any. */
  readonly expectedVersion: number | null;
  readonly postings: readonly Posting[];
  /** Resolved after the postings, in this order; each sees the balances that those before it left. */
  readonly choices: readonly Choice[];
  /** Judged last. */
  readonly milestones: readonly Milestone[];
  /** The other side of a transfer: a player who must exist, and what moves there in the same transaction. */
  readonly counterparty: { readonly playerId: string; readonly postings: readonly Posting[] } | null;
  readonly quotas: readonly Quota[];
  /** Null: no reversal. Otherwise `postings` is empty. */
  readonly reverses: Reverses | null;
  /** Null: no announcement. Otherwise nothing moves until the owed claim is made. */
  readonly owes: OwedClaim | null;
  /** The postings are those that were announced for this claim type and key. */
  readonly paysOwed: boolean;
  /**
   * Of every resource that grows by itself, what it grows by under the rules of today: for postings that the operation does not
   * bring along but the kernel finds, written under other rules. Null: each posting has its own.
   */
  readonly accruals: Readonly<Record<string, Accrual>> | null;
  /** For imported history: when it happened (ISO 8601, UTC). */
  readonly occurredAt: string | null;
  readonly rejection: Rejection | null;
}
