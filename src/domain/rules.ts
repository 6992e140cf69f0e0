/** The balance rules: a balance config, validated and compiled (src/config). Every number that a designer can change is here. */

import type { BreakerRule } from './breakers.ts';
import type { Calendar, PeriodKind } from './calendar.ts';
import type { Catalogue } from './catalogue.ts';
import type { Accrual, Conversion, Limit } from './moves.ts';
import type { PayoutRule } from './payout-rule.ts';
import type { CounterRule, StreakRule } from './progress-rules.ts';
import type { Window } from './window.ts';

export type { CounterRule, StreakRule } from './progress-rules.ts';

export type FactValue = number | boolean | string;
export type Facts = Readonly<Record<string, FactValue>>;

/** Thrown by a formula that gives no amount for the facts. The message is for designers and the log, not for players. */
export class FormulaError extends Error {
  override readonly name = 'FormulaError';
}

/** A value of the player that a formula reads. `name` is its place among the inputs: the formula's own text in one spelling. */
export type PlayerRead =
  | { readonly kind: 'level' | 'tier'; readonly name: string }
  | { readonly kind: 'balance'; readonly name: string; readonly resource: string }
  /** Whether the player has the source key. */
  | { readonly kind: 'holds'; readonly name: string; readonly resource: string; readonly source: string }
  /** What the player's own token says: one of `values`, or an empty text. It is no part of the ledger. */
  | { readonly kind: 'attribute'; readonly name: string; readonly values: readonly string[] };

/** An expression over facts and over what it reads of the player. Throws a FormulaError where it has no value. */
export interface Expression<T> {
  (inputs: Facts): T;
  /** Absent: it reads nothing of the player. */
  readonly reads?: readonly PlayerRead[];
}

/** Returns a safe integer, at least 0. */
export type Formula = Expression<number>;

/** What a player must fulfil to claim or exchange something. */
export interface PlayerCondition {
  readonly when: Expression<boolean>;
  /** The key of the text that says what is required. */
  readonly text: string;
  /** Whether it also depends on the facts of a claim, which no screen knows beforehand. */
  readonly usesFacts: boolean;
}

export interface ResourceRule {
  readonly name: string;
  /** The lowest balance an operation may leave (usually 0). */
  readonly floor: number;
  /** The highest balance an operation may leave; null: only the bound of SafeInt. */
  readonly ceiling: Limit | null;
  /** What a grant does at the ceiling: reject the whole operation, or give what fits. */
  readonly atCeiling: 'reject' | 'clamp';
  /** What does not fit is given as another resource; null: it is lost. Only where the ceiling clamps. */
  readonly converts: Conversion | null;
  /** Whether staff may give it with manualReward. */
  readonly manual: boolean;
  /** How it counts against the limits of staff; null: they cannot give it. */
  readonly staff: StaffCount | null;
  /** Opening balance and regeneration; null: neither. */
  readonly accrual: Accrual | null;
  /** How much of it players may give each other; null: nothing. */
  readonly transfer: TransferRule | null;
  /** How much of it game servers may charge a player with spendResource; null: nothing. */
  readonly spend: SpendRule | null;
  /** How much of it staff may take from players with takeResource; null: nothing. */
  readonly take: TakeRule | null;
}

/** What one unit counts in value, or a limit of its own, in units; `perReward` null: that of the day. */
export type StaffCount =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'limit'; readonly perReward: number | null; readonly perDay: number };

/** Bounds of what players give each other. */
export interface TransferRule {
  /** Null: unbounded. `limits`: of what one player gives; `receives`: of what one player gets. */
  readonly perTransfer: number | null;
  readonly limits: readonly LimitRule[];
  readonly receives: readonly LimitRule[];
  /** The age of an account from which it may give; null: any. */
  readonly accountAgeHours: number | null;
  /** What happens where the other player's balance is full, and what the inbox then shows. */
  readonly onFull: 'reject' | 'pending';
  readonly message: { readonly name: string } | null;
}

/** A counter with a bound. */
export interface LimitRule {
  /** Such as `claims:bounty` or `shared:boosters`. With the subject and the period it identifies the limit. */
  readonly counter: string;
  /** Whose uses are counted together: one player's, those of the other player of a transfer, or those of all players. */
  readonly subject: 'player' | 'recipient' | 'game';
  readonly period: PeriodKind;
  /** At least 1. */
  readonly max: number;
  /** The claim types and exchanges whose claims count. */
  readonly claimTypes: readonly string[];
  /** The name of a limit that several of them share; null: it belongs to one alone. */
  readonly sharedLimit: string | null;
}

/** Of what game servers charge one player; `perCall` null: unbounded. */
export interface SpendRule {
  readonly perCall: number | null;
  readonly limits: readonly LimitRule[];
}

/** Bounds of what one staff member takes; `perCall` null: that of the day. */
export interface TakeRule {
  readonly perCall: number | null;
  readonly perDay: number;
  /** Whether a balance may fall below its floor. */
  readonly debt: boolean;
}

/** A value that a claim's formulas use. The bounds of `int` are inclusive; a `string` is one of `values`. */
export type FactRule =
  | { readonly kind: 'int'; readonly min: number; readonly max: number }
  | { readonly kind: 'bool' }
  /** An outside ID (a match, a session), for `onceFor` and not for formulas. */
  | { readonly kind: 'id' }
  | { readonly kind: 'string'; readonly values: readonly string[] };

export const SOURCE_SCOPES = ['player', 'game'] as const;
export type SourceScope = (typeof SOURCE_SCOPES)[number];

export interface RewardRule {
  readonly resource: string;
  readonly amount: Formula;
  /** The most that one claim gives of it; null: no cap. */
  readonly cap: number | Formula | null;
  /** The facts that name the source for which it is given once, across all claims. Null: it is given with each claim. */
  readonly onceFor: readonly string[] | null;
  /** For whom a source counts: each player has it once, or one player in the whole game. */
  readonly scope: SourceScope;
}

export interface ClaimTypeRule {
  readonly name: string;
  /** `ticket`: a game server signs it. `calendar`: our clock, by the period that is the key. `server`: no client can claim it. */
  readonly proof: 'ticket' | 'calendar' | 'server';
  /** Of a `calendar` claim: the period whose name is the claim key. */
  readonly period: PeriodKind | null;
  readonly facts: ReadonlyMap<string, FactRule>;
  readonly rewards: readonly RewardRule[];
  /** What a player must fulfil; all of it. */
  readonly conditions: readonly PlayerCondition[];
  readonly draws: readonly TableDraws[];
  /** What counters must have reached; all of them. */
  readonly requires: readonly { readonly counter: string; readonly atLeast: number }[];
  /** By how much the claim advances counters. */
  readonly advances: readonly { readonly counter: string; readonly by: number }[];
  /** The streak that the claim continues; null: none. */
  readonly streak: string | null;
  /** What it gives besides for a streak of at least so many periods: the first that is reached. Highest first. */
  readonly rewardsByStreak: readonly { readonly from: number; readonly rewards: readonly Amount[] }[];
  readonly limits: readonly LimitRule[];
  /** What a pending reward gives instead where it expires. */
  readonly onExpiry: readonly Amount[];
  /** When it can be claimed and announced: in its window, its season and those of all its tables; null: always. What was announced is paid until it expires. */
  readonly window: Window | null;
  readonly reversibleBy: ReversibleBy;
}

/** Who may take claims of this type back, besides staff. */
export type ReversibleBy = readonly 'server'[];

export interface Amount {
  readonly resource: string;
  /** At least 1. */
  readonly amount: number;
}

/** The pity rule: after `after` draws without one of these outcomes, the next draw is one of them. */
export interface Guarantee {
  /** The resource that counts the draws since the last of these outcomes. Tables that share it count together. */
  readonly counter: string;
  readonly after: number;
  readonly outcomes: readonly string[];
}

export interface DrawOutcome {
  readonly name: string;
  readonly weight: number;
  readonly gives: readonly Amount[];
  /** Draws once from this table, too. No table leads back to itself. Null: from none. */
  readonly table: DrawTable | null;
}

/** What an exchange takes or gives. A number is for one; a formula is for the whole quantity, which it may use. */
export interface ExchangeAmount {
  readonly resource: string;
  readonly amount: number | Formula;
}

export interface DrawTable {
  readonly name: string;
  /** In the order of the table. Each owns as many rolls as its weight. */
  readonly outcomes: readonly DrawOutcome[];
  /** In the order of priority. The outcomes of each are among those of the next, so a draw that one forces satisfies all after it. */
  readonly guarantees: readonly Guarantee[];
}

/** How many times a table is drawn from. */
export interface TableDraws {
  readonly table: DrawTable;
  readonly times: number;
}

export interface ExchangeRule {
  readonly name: string;
  /** The ways to pay, in order: the first that the player can pay is taken. At least one; the only one may be empty. */
  readonly costs: readonly (readonly ExchangeAmount[])[];
  readonly gives: readonly ExchangeAmount[];
  /** What each option gives in addition, of which the request names one; null: there is nothing to choose. */
  readonly options: ReadonlyMap<string, readonly ExchangeAmount[]> | null;
  /** What a player must fulfil; all of it. */
  readonly conditions: readonly PlayerCondition[];
  readonly draws: readonly TableDraws[];
  /** How many times one request may make it at once. */
  readonly maxQuantity: number;
  readonly limits: readonly LimitRule[];
  /** When it can be made: in its own window and in those of all its tables. Null: always. */
  readonly window: Window | null;
  readonly reversibleBy: ReversibleBy;
}

export interface CombatRules {
  /** The resource that damage takes and healing gives. */
  readonly health: string;
  /** One of these is the type of each damage; empty: damage has no type. */
  readonly damageTypes: readonly string[];
}

export interface LevelRules {
  /** The resource that levels follow from (experience). */
  readonly resource: string;
  /** `thresholds[i]` is the experience at which level i + 2 begins; strictly ascending. Level 1 begins at 0. */
  readonly thresholds: readonly number[];
  /** Reaching level i + 2 gives `amounts[i]` of the resource. */
  readonly grants: readonly { readonly resource: string; readonly amounts: readonly number[] }[];
  /** The resource that counts the levels already paid, so that a changed curve never pays a level twice. */
  readonly paidResource: string;
}

export interface StatRule {
  /** The resource that holds the points put into this stat. */
  readonly resource: string;
  readonly base: number;
  readonly perPoint: number;
}

export interface StatPointRules {
  /** The resource that holds unspent points. */
  readonly resource: string;
  readonly stats: ReadonlyMap<string, StatRule>;
}

export interface TierRule {
  readonly name: string;
  /** The lifetime points at which the tier begins. */
  readonly from: number;
}

export interface TierRules {
  /** The resource that the tier follows from. */
  readonly resource: string;
  /** Ascending by `from`; below the first there is no tier. */
  readonly tiers: readonly TierRule[];
}

/** A part that is null is one that the game does not have. */
export interface BalanceRules {
  readonly version: number;
  readonly sha256: string;
  readonly calendar: Calendar;
  /** The attribute of a token that names the zone of the player's days; null: all have those of the game. */
  readonly playerZone: string | null;
  readonly resources: ReadonlyMap<string, ResourceRule>;
  readonly claimTypes: ReadonlyMap<string, ClaimTypeRule>;
  readonly exchanges: ReadonlyMap<string, ExchangeRule>;
  readonly payouts: ReadonlyMap<string, PayoutRule>;
  /** What is given in an hour at most. No decision reads it. */
  readonly breakers: ReadonlyMap<string, BreakerRule>;
  readonly counters: ReadonlyMap<string, CounterRule>;
  readonly streaks: ReadonlyMap<string, StreakRule>;
  /** Every table, also those that nothing draws from. */
  readonly drawTables: ReadonlyMap<string, DrawTable>;
  readonly combat: CombatRules | null;
  readonly levels: LevelRules | null;
  readonly statPoints: StatPointRules | null;
  readonly tiers: TierRules | null;
  readonly manualRewards: {
    /** In value, for staff without limits of their own: the largest award, and the most of one day. */
    readonly limitPerReward: number;
    readonly budgetPerDay: number;
    /** How many awards one staff member may make in a day; null: only the budget bounds them. */
    readonly awardsPerDay: number | null;
    /** The largest reward and the most of one day of each game server, in value; null: servers give none. */
    readonly servers: { readonly limitPerReward: number; readonly budgetPerDay: number } | null;
  };
  /** What screens show. No decision reads it. */
  readonly catalogue: Catalogue;
}
