/**
 * The balance rules: what a validated balance config means to the domain. src/config compiles a JSON document into
 * this shape once per isolate; nothing here knows JSON, CEL, KV or Postgres. Every number a designer may turn is here.
 */

import type { Accrual, Limit } from './moves.ts';

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
  readonly ceiling: Limit | null;
  /** What a grant does at the ceiling: refuse the whole operation, or give what fits. */
  readonly atCeiling: 'reject' | 'clamp';
  /** Whether staff may give it by hand. */
  readonly manual: boolean;
  /** How it comes about without anybody giving; null: it does not. */
  readonly accrual: Accrual | null;
  /** Whether players may give it to each other, and how much; null: not at all. */
  readonly transfer: TransferRule | null;
}

/** Bounds of what one player gives others; null: none. */
export interface TransferRule {
  readonly perTransfer: number | null;
  readonly perDay: number | null;
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
  /** The most claims of this type that one player makes in a day; null: no limit. */
  readonly perDay: number | null;
}

export interface Amount {
  readonly resource: string;
  /** At least 1. */
  readonly amount: number;
}

export interface DrawTable {
  readonly name: string;
  /** In the order of the table; a roll from 0 to the weights' sum − 1 falls to one of them. */
  readonly outcomes: readonly {
    readonly name: string;
    readonly weight: number;
    readonly gives: readonly Amount[];
  }[];
  /** After so many draws without one of these outcomes, the next draw is one of them; null: no guarantee. */
  readonly guarantee: {
    /** The resource that counts the draws since; an outcome of these sets it back to 0. */
    readonly counter: string;
    readonly after: number;
    readonly outcomes: readonly string[];
  } | null;
}

export interface ExchangeRule {
  readonly name: string;
  readonly costs: readonly Amount[];
  readonly gives: readonly Amount[];
  readonly draws: readonly { readonly table: DrawTable; readonly times: number }[];
  /** How often one request may carry it out at once. */
  readonly maxQuantity: number;
  /** How often one player may carry it out in a day; null: no limit. */
  readonly perDay: number | null;
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
  readonly exchanges: ReadonlyMap<string, ExchangeRule>;
  /** The resource that damage takes and healing gives back; null: this game has no combat. */
  readonly combat: { readonly health: string } | null;
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
    /** The most awards of one staff member in a day; null: as many as the budget allows. */
    readonly awardsPerDay: number | null;
  };
}
