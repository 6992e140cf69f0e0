/**
 * What an Operation moves: postings, choices between postings, and milestones that postings set off. The kernel
 * (drizzle/functions/plan_moves.sql) applies them in this order to the balances that it finds inside the transaction.
 */

/** A number, or one that follows from a balance inside the transaction: `base + perUnit × balance`. */
export type Limit = number | { readonly base: number; readonly perUnit: number; readonly resource: string };

/** How a balance comes about without anybody giving. */
export interface Accrual {
  /** What it begins with, before it first moves; null: 0. */
  readonly initial: Limit | null;
  /** What time brings back, below `upTo`; null: nothing. */
  readonly regenerates: {
    readonly everySeconds: number;
    readonly amount: number;
    readonly upTo: Limit;
  } | null;
}

/** One balance moved by `delta`. At the floor or ceiling the operation is refused, or gives what fits. */
export interface Posting {
  readonly resource: string;
  /** 0 moves nothing, but what has accrued is written down. */
  readonly delta: number;
  /** The lowest balance this posting may leave; null: only the bound of SafeInt. */
  readonly floor: number | null;
  /** The highest balance this posting may leave; null: only the bound of SafeInt. */
  readonly ceiling: Limit | null;
  readonly atLimit: 'reject' | 'clamp';
  /** Left out: the balance moves by postings alone. */
  readonly accrual?: Accrual;
}

/** What was drawn from a table: kept with the claim, so that a replay shows the same and anybody can reckon it again. */
export interface Draw {
  readonly table: string;
  readonly outcome: string;
  /** From 0 to `of` − 1: each outcome owns as many of these as it weighs, in the order of the table. */
  readonly roll: number;
  /** The weights of the outcomes that could be drawn, added up. */
  readonly of: number;
  /** Whether a guarantee of the table left only some of its outcomes. */
  readonly guaranteed: boolean;
}

/** Postings that depend on a balance found inside the transaction: the first alternative that may be taken is. */
export interface Choice {
  /** The last one has no condition. */
  readonly oneOf: readonly {
    readonly when: { readonly resource: string; readonly atLeast: number } | null;
    readonly postings: readonly Posting[];
    readonly draw: Draw;
  }[];
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
