/** The rules of progress: counters and streaks, which are balances under their names. */
import type { CalendarPeriod, PeriodKind } from './calendar.ts';

/** Consecutive periods in which a player made a claim. Its balance has the streak's name. */
export interface StreakRule {
  readonly name: string;
  readonly period: CalendarPeriod;
  /** How many periods in a row a player may miss. */
  readonly grace: number;
  /** What a player loses who missed more; null: all of it. */
  readonly loses: number | null;
}

/** Progress that game servers count. Its balance has the counter's name. */
export interface CounterRule {
  readonly name: string;
  /** It begins at 0 in each period, and at the beginning and the end of its season. */
  readonly period: PeriodKind;
  /** Where it stops; null: only the bound of SafeInt. */
  readonly max: number | null;
}
