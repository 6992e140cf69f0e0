/** The rule of a payout: what each rank of a ranking gets. */

/** What players who share a rank get: each all of it, together what their positions would get, or nothing: they are refused. */
export const TIE_RULES = ['same', 'share', 'refuse'] as const;

/** Of one ranking. */
export const MAX_PARTICIPANTS = 10_000;

export interface PayoutRule {
  readonly name: string;
  /** Ascending by `to`, the last rank of the row. Ranks beyond the last row get nothing. */
  readonly rows: readonly {
    readonly to: number;
    readonly gives: readonly { readonly resource: string; readonly amount: number }[];
  }[];
  readonly ties: (typeof TIE_RULES)[number];
}
