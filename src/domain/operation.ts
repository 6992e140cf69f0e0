/**
 * The Operation: the one shape in which every mutation reaches the ledger kernel, and the only thing that the rules
 * produce. Rules compose by concatenating postings. The kernel (drizzle/functions/commit_operation.sql) reads it as
 * JSON under these very names.
 */
import type { Actor, StaffRole } from './actor.ts';
import type { FurtherKey, Rejection } from './outcome.ts';

/** The largest amount, both ways: what a JSON number holds exactly. The database checks the same bound. */
export const MAX_AMOUNT = Number.MAX_SAFE_INTEGER;

/** One balance moved by `delta`. At the floor or ceiling the operation is refused, or gives what fits. */
export interface Posting {
  readonly resource: string;
  readonly delta: number;
  /** The lowest balance this posting may leave; null: only the bound of SafeInt. */
  readonly floor: number | null;
  /** The highest balance this posting may leave; null: only the bound of SafeInt. */
  readonly ceiling: number | null;
  readonly atLimit: 'reject' | 'clamp';
}

/**
 * What crossing thresholds of a balance gives, judged inside the transaction, after the postings. `paidResource`
 * counts the thresholds already paid for: each is paid once, whatever happens to the balance or the curve.
 */
export interface Milestone {
  readonly resource: string;
  readonly thresholds: readonly number[];
  readonly paidResource: string;
  /** A posting for each resource given: `amounts[i]` of it when `thresholds[i]` is crossed. */
  readonly grants: readonly (Omit<Posting, 'delta'> & { readonly amounts: readonly number[] })[];
}

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
}

/** Names a claim whose postings are to be moved back; the kernel reads them from the ledger. */
export interface Reverses {
  readonly claimId: string;
  /** Whether balances may fall below 0 where the player no longer has enough; otherwise the reversal is refused. */
  readonly allowDebt: boolean;
}

export type OperationName = 'claimReward' | 'manualReward' | 'spendStatPoints' | 'reverseClaim';

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
  readonly actor: Actor;
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
  /** Null: no reversal. Otherwise `postings` is empty. */
  readonly reverses: Reverses | null;
  readonly milestones: readonly Milestone[];
  readonly rejection: Rejection | null;
}
