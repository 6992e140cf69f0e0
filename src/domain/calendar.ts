/**
 * Periods: the day, week, month or season of a moment, with its bounds. Their names are claim keys and periods of limits, so they are
 * unique, and a later moment never has an earlier one. `now` is passed in.
 */

export const WEEK_DAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type WeekDay = (typeof WEEK_DAYS)[number];

/** How time is cut into days and weeks. Months consist of these days. */
export interface DayRule {
  /** An IANA name. */
  readonly timeZone: string;
  /** The hour of the zone's clock at which days begin, 0 to 23. */
  readonly resetHour: number;
  readonly weekStart: WeekDay;
}

/** A time with a name: from `from` on, before `until` (ISO 8601, UTC). */
export interface Season {
  readonly from: string;
  readonly until: string;
}

export interface Calendar extends DayRule {
  /**
   * The rule that applies until a moment (ISO 8601, UTC). The day and the week that run then keep their names until a later one begins
   * under the new rule.
   */
  readonly before: (DayRule & { readonly until: string }) | null;
  readonly seasons: ReadonlyMap<string, Season>;
}

export const UTC: Calendar = {
  timeZone: 'UTC',
  resetHour: 0,
  weekStart: 'monday',
  before: null,
  seasons: new Map(),
};

export const CALENDAR_PERIODS = ['day', 'week', 'month'] as const;
export type CalendarPeriod = (typeof CALENDAR_PERIODS)[number];
export type PeriodKind = CalendarPeriod | 'ever' | { readonly season: string };

/** It has begun at `begins` and is over at `ends` (ISO 8601, UTC; null: unbounded). */
export interface Period {
  /** YYYY-MM-DD, YYYY-MM, YYYY-Www, YYYY-MM-DD/P7D for weeks that do not begin on Monday, the name of the season, or `ever`. */
  readonly name: string;
  readonly begins: string | null;
  readonly ends: string | null;
  /** False before and after a season. The bounds are then those of the time outside. */
  readonly isRunning: boolean;
}

/** A day, week or month. */
export interface BoundedPeriod extends Period {
  readonly begins: string;
  readonly ends: string;
}

const EVER: Period = { name: 'ever', begins: null, ends: null, isRunning: true };

/** Throws for a season that the calendar does not have: the config's checks refuse a document that names one. */
export function periodIn(kind: CalendarPeriod, now: Date, calendar: Calendar): BoundedPeriod;
export function periodIn(kind: PeriodKind, now: Date, calendar: Calendar): Period;
export function periodIn(kind: PeriodKind, now: Date, calendar: Calendar): Period {
  if (kind === 'ever') return EVER;
  if (typeof kind === 'string') return calendarPeriod(kind, now.getTime(), calendar);
  const season = calendar.seasons.get(kind.season);
  if (!season) throw new RangeError(`there is no season ${kind.season}`);
  return seasonPeriod(kind.season, season, now.toISOString());
}

/** The day of a moment. */
export function dayIn(now: Date, calendar: Calendar): BoundedPeriod {
  return calendarPeriod('day', now.getTime(), calendar);
}

/** Times of one form compare as texts. */
function seasonPeriod(name: string, { from, until }: Season, now: string): Period {
  if (now < from) return { name, begins: null, ends: from, isRunning: false };
  if (now >= until) return { name, begins: until, ends: null, isRunning: false };
  return { name, begins: from, ends: until, isRunning: true };
}

interface Kept {
  readonly period: BoundedPeriod;
  readonly begins: number;
  readonly ends: number;
}

/** The last period of each kind that was found. Bounds cost several readings of the zone's clock. */
const kept = new WeakMap<Calendar, Map<CalendarPeriod, Kept>>();

function calendarPeriod(kind: CalendarPeriod, at: number, calendar: Calendar): BoundedPeriod {
  let ofCalendar = kept.get(calendar);
  if (!ofCalendar) {
    ofCalendar = new Map();
    kept.set(calendar, ofCalendar);
  }
  let found = ofCalendar.get(kind);
  if (!found || at < found.begins || at >= found.ends) {
    found = findPeriod(kind, at, calendar);
    ofCalendar.set(kind, found);
  }
  return found.period;
}

function findPeriod(kind: CalendarPeriod, at: number, calendar: Calendar): Kept {
  const timeline = timelineOf(calendar);
  const { name, first, next } = daysOf[kind](dayAt(at, timeline), timeline);
  const [begins, ends] = [firstMoment(first, timeline), firstMoment(next, timeline)];
  const [from, until] = [begins, ends].map((moment) => new Date(moment).toISOString()) as [string, string];
  return { period: { name, begins: from, ends: until, isRunning: true }, begins, ends };
}

/** Days are numbered from 1970-01-01. `next` is the first day of the next period. */
interface Days {
  readonly name: string;
  readonly first: number;
  readonly next: number;
}

/** The rule of a calendar, and where it replaces another: `last` is the day that ran under the old one. */
interface Timeline {
  readonly rule: DayRule;
  readonly change: { readonly old: DayRule; readonly until: number; readonly last: number } | null;
}

function timelineOf(calendar: Calendar): Timeline {
  const { before } = calendar;
  if (!before) return { rule: calendar, change: null };
  const until = Date.parse(before.until);
  return { rule: calendar, change: { old: before, until, last: dayUnder(until - 1, before) } };
}

function dayAt(at: number, { rule, change }: Timeline): number {
  if (!change) return dayUnder(at, rule);
  return at < change.until ? dayUnder(at, change.old) : Math.max(dayUnder(at, rule), change.last);
}

/** The first moment of this day or a later one. */
function firstMoment(day: number, { rule, change }: Timeline): number {
  if (!change) return beginOfDay(day, rule);
  return day <= change.last ? beginOfDay(day, change.old) : Math.max(beginOfDay(day, rule), change.until);
}

const daysOf: Readonly<Record<CalendarPeriod, (day: number, timeline: Timeline) => Days>> = {
  day: (day) => ({ name: dateOf(day), first: day, next: day + 1 }),
  week: weekOf,
  month: (day) => {
    const date = new Date(day * DAY);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    const [first, next] = [Date.UTC(year, month, 1) / DAY, Date.UTC(year, month + 1, 1) / DAY];
    return { name: dateOf(first).slice(0, 7), first, next };
  },
};

/** The week that runs where the rule changes ends where a week begins under the new rule. */
function weekOf(day: number, { rule, change }: Timeline): Days {
  const first = firstOfWeek(day, rule);
  if (!change || (day > change.last && first > change.last))
    return { name: weekName(first, rule), first, next: first + 7 };
  const { old, last } = change;
  const oldFirst = firstOfWeek(Math.min(day, last), old);
  const next = oldFirst + 7 <= last ? oldFirst + 7 : firstOfWeek(last, rule) + 7;
  return { name: weekName(oldFirst, old), first: oldFirst, next };
}

function firstOfWeek(day: number, { weekStart }: DayRule): number {
  // 1970-01-01 is a Thursday.
  const since = (day + 3 - WEEK_DAYS.indexOf(weekStart)) % 7;
  return day - ((since + 7) % 7);
}

/** ISO 8601: week 1 holds the year's first Thursday. Other weeks have no number: they are an interval of seven days. */
function weekName(first: number, { weekStart }: DayRule): string {
  if (weekStart !== 'monday') return `${dateOf(first)}/P7D`;
  const thursday = first + 3;
  const year = new Date(thursday * DAY).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1) / DAY) / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

function dateOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function dayUnder(at: number, rule: DayRule): number {
  let day = Math.floor((clockTime(at, rule.timeZone) - rule.resetHour * HOUR) / DAY);
  // Where clocks are set back across the reset hour, the day has begun already.
  while (beginOfDay(day + 1, rule) <= at) day += 1;
  return day;
}

/** The first moment at which the zone's clock has reached the reset hour of this day. */
function beginOfDay(day: number, { timeZone, resetHour }: DayRule): number {
  const clock = day * DAY + resetHour * HOUR;
  if (timeZone === 'UTC') return clock;
  const offsetAt = (at: number) => clockTime(at, timeZone) - at;
  // Offsets are between -12 and +14 hours, and change at most once in these hours.
  const [old, changed] = [offsetAt(clock - 15 * HOUR), offsetAt(clock + 13 * HOUR)];
  if (old === changed || offsetAt(clock - old) === old) return clock - old;
  if (offsetAt(clock - changed) === changed) return clock - changed;
  // The clock skips the reset hour.
  let [before, after] = [clock - changed, clock - old];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle) === changed) after = middle;
    else before = middle;
  }
  return after;
}

/** What the zone's clock shows, as if it were UTC. */
function clockTime(at: number, timeZone: string): number {
  // Without a formatter: an isolate's first one costs more than the rest of its first claim's decision.
  if (timeZone === 'UTC') return at;
  const second = Math.floor(at / 1000) * 1000;
  return Date.parse(`${formatter(timeZone).format(second).replace(' ', 'T')}Z`) + (at - second);
}

/** Creating a formatter costs far more than using it: one is kept per zone. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  let known = formatters.get(timeZone);
  if (!known) {
    // Swedish dates have the form of ISO 8601.
    known = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    formatters.set(timeZone, known);
  }
  return known;
}
