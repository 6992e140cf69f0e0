/**
 * The balance rules: what a validated balance config means to the domain. src/config compiles a JSON document into
 * this shape once per isolate; nothing here knows JSON, CEL, KV or Postgres. Every number a designer may turn is here.
 */

export type FactValue = number | boolean | string;
export type Facts = Readonly<Record<string, FactValue>>;

/** Thrown by a formula that has no amount for these facts. The message is for designers and the log, not for players. */
export class FormulaError extends Error {
  override readonly name = 'FormulaError';
}

/** A formula over facts. Returns a safe integer, or throws a FormulaError. */
export type Formula = (facts: Facts) => number;

export interface ResourceRule {
  readonly name: string;
  /** The lowest balance an operation may leave (usually 0). */
  readonly floor: number;
  /** The highest balance an operation may leave; null: only the bound of SafeInt. */
  readonly ceiling: number | null;
  /** What a grant does at the ceiling: refuse the whole operation, or give what fits. */
  readonly atCeiling: 'reject' | 'clamp';
  /** Whether staff may give it by hand. */
  readonly manual: boolean;
}

/** A value that a claim's formulas use. `int` bounds are inclusive; `string` may be limited to `values`. */
export type FactRule =
  | { readonly kind: 'int'; readonly min: number; readonly max: number }
  | { readonly kind: 'bool' }
  /** A name from outside (a match, a session): for `onceFor`, not for formulas. */
  | { readonly kind: 'id' }
  | { readonly kind: 'string'; readonly values: readonly string[] };

export interface RewardRule {
  readonly resource: string;
  readonly amount: Formula;
  /** The most that one claim gives of it, whatever the facts; null: no cap. */
  readonly cap: number | null;
  /** The facts that name what it is given for: once for each such source, in whatever claim. Null: with each claim. */
  readonly onceFor: readonly string[] | null;
}

export interface ClaimTypeRule {
  readonly name: string;
  /** `ticket`: a game server signed it; `calendar`: the server's clock is the proof; `server`: never from a client. */
  readonly proof: 'ticket' | 'calendar' | 'server';
  /** For `calendar` claims: the period whose name is the claim key, in the config's time zone. */
  readonly period: 'day' | 'week' | null;
  readonly facts: ReadonlyMap<string, FactRule>;
  readonly rewards: readonly RewardRule[];
}

export interface LevelRules {
  /** The resource that levels are computed from (experience). */
  readonly resource: string;
  /** `thresholds[i]` is the experience at which level i + 2 begins; strictly ascending. Level 1 begins at 0. */
  readonly thresholds: readonly number[];
  /** What reaching level i + 2 gives: `amounts[i]` of the resource. */
  readonly grants: readonly { readonly resource: string; readonly amounts: readonly number[] }[];
  /** Counts the level-ups already paid, so that a changed curve never pays a level twice. */
  readonly paidResource: string;
}

export const STATS = ['energy', 'stamina', 'health'] as const;
export type Stat = (typeof STATS)[number];

export interface StatRule {
  /** The resource that holds the points put into this stat. */
  readonly resource: string;
  readonly base: number;
  readonly perPoint: number;
}

export interface TierRule {
  readonly name: string;
  /** The lifetime points at which the tier begins. */
  readonly from: number;
}

export interface BalanceRules {
  readonly version: number;
  readonly sha256: string;
  /** IANA name; days and weeks of calendar claims and staff budgets begin at midnight here. */
  readonly timeZone: string;
  readonly resources: ReadonlyMap<string, ResourceRule>;
  readonly claimTypes: ReadonlyMap<string, ClaimTypeRule>;
  readonly levels: LevelRules;
  /** The resource that holds unspent stat points, and the rule of each stat. */
  readonly statPoints: { readonly resource: string; readonly stats: Readonly<Record<Stat, StatRule>> };
  /** Tiers ascending by `from`; below the first there is none. */
  readonly tiers: { readonly resource: string; readonly tiers: readonly TierRule[] };
  readonly manualRewards: {
    /** The largest sum of amounts in one award, for staff without a limit of their own. */
    readonly limitPerReward: number;
    /** The largest sum of amounts in one day, for staff without a budget of their own. */
    readonly budgetPerDay: number;
  };
}
