/**
 * The parts of an Operation that move balances: postings, and choices between postings. The kernel
 * (drizzle/kernel/03_postings.sql) applies them in this order to the balances that it finds inside the transaction.
 */

/** A number, or one that the kernel computes from a balance: `base + perUnit × balance`. */
export type Limit = number | { readonly base: number; readonly perUnit: number; readonly resource: string };

/** How a balance changes without a posting. */
export interface Accrual {
  /** The opening balance, before the resource first moves; null: 0. */
  readonly initial: Limit | null;
  /** Regeneration while the balance is below `upTo`; null: none. */
  readonly regenerates: {
    readonly everySeconds: number;
    readonly amount: number;
    readonly upTo: Limit;
  } | null;
}

/** One requested movement of one balance. At the floor or ceiling it is rejected, or clamped to what fits. */
export interface Posting {
  readonly resource: string;
  /** 0 only writes down what has regenerated. */
  readonly delta: number;
  /** The lowest balance that this posting may leave; null: the bound of SafeInt. */
  readonly floor: number | null;
  /** The highest balance that this posting may leave; null: the bound of SafeInt. */
  readonly ceiling: Limit | null;
  readonly atLimit: 'reject' | 'clamp';
  /** Of a progress counter. */
  readonly reset?: Reset;
  /** What does not fit is given as another resource. Only where the ceiling clamps; absent: it is lost. */
  readonly converts?: Conversion;
}

/** `rate` units of another resource for each unit that does not fit under a ceiling. */
export interface Conversion {
  readonly resource: string;
  readonly rate: number;
  /** Of the other resource, as in a posting. */
  readonly ceiling: Limit | null;
  readonly atLimit: 'reject' | 'clamp';
}

/** What a progress counter loses before it is read or moved, where its last change is older than `before`. */
export interface Reset {
  /** ISO 8601, UTC; null: it keeps everything. */
  readonly before: string | null;
  /** How much it loses; null: all of it. */
  readonly by: number | null;
}

/** What a progress counter must have reached. */
export interface Requirement {
  readonly counter: string;
  readonly atLeast: number;
  readonly reset: Reset;
}

/** The result of a draw. It is kept with the claim, so that a replay shows it and anyone can verify it. */
export interface Draw {
  readonly table: string;
  readonly outcome: string;
  /** From 0 to `of` − 1. Each outcome owns as many rolls as its weight, in the order of the table. */
  readonly roll: number;
  /** The total weight of the outcomes that could be drawn. */
  readonly of: number;
  /** True where a guarantee restricted the draw to its own outcomes. */
  readonly guaranteed: boolean;
}

/** Holds where the balance, with its opening and what it has regenerated, is at least this much. */
export interface Condition {
  readonly resource: string;
  readonly atLeast: number;
}

/** Postings that depend on balances found inside the transaction: the first alternative whose conditions all hold is taken. */
export interface Choice {
  /** The last alternative has no conditions. */
  readonly oneOf: readonly {
    readonly when: readonly Condition[];
    readonly postings: readonly Posting[];
    /** What it draws; empty: nothing. */
    readonly draws: readonly Draw[];
    /** Which price it pays (ClaimRecord); absent: it is no price. */
    readonly paidWith?: number;
  }[];
}
