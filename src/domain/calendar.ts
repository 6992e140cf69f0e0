/**
 * Periods: the day, week, month or season of a moment, with its bounds. Their names are claim keys and periods of limits, so they are
 * unique, and a later moment never has an earlier one. `now` is passed in.
 */
import { beginOfDay, DAY, type DayClock, dayUnder } from './day-clock.ts';

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
export interface DayRule extends DayClock {
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
  /** Set in the calendar of a player whose days, and nothing else, count by zones of their own; `game` is the game's. */
  readonly player: { readonly zones: PlayerZones; readonly game: Calendar } | null;
}

/** A player's zones in turn: each until a moment (ISO 8601, UTC), the last one from then on. Null: the zone of the game. */
export interface PlayerZones {
  readonly before: readonly { readonly zone: string | null; readonly until: string }[];
  readonly zone: string | null;
}

export const UTC: Calendar = {
  timeZone: 'UTC',
  resetHour: 0,
  weekStart: 'monday',
  before: null,
  seasons: new Map(),
  player: null,
};

/** The calendar of the game, of which a player's differs in the days. */
export function gameCalendar(calendar: Calendar): Calendar {
  return calendar.player?.game ?? calendar;
}

export const CALENDAR_PERIODS = ['day', 'week', 'month'] as const;
export type CalendarPeriod = (typeof CALENDAR_PERIODS)[number];
export type PeriodKind = CalendarPeriod | 'ever' | { readonly season: string };

/** How often something with a period is made. */
export function onceText(period: PeriodKind): string {
  if (period === 'ever') return 'once ever';
  return `once per ${typeof period === 'object' ? `season ${period.season}` : period}`;
}

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

/** The day of a moment in the game. */
export function dayIn(now: Date, calendar: Calendar): BoundedPeriod {
  return calendarPeriod('day', now.getTime(), gameCalendar(calendar));
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
  const timeline = kind === 'day' ? dayTimeline(calendar) : gameTimeline(calendar);
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

/** A rule that applies before `until`; `last` is the day that runs when it ends. */
interface Stretch {
  readonly rule: DayRule;
  readonly until: number;
  readonly last: number;
}

/** The rules of a calendar in turn. The last one does not end. */
type Timeline = readonly Stretch[];

type Rules = readonly Omit<Stretch, 'last'>[];

function timelineOf(rules: Rules): Timeline {
  let last = -Infinity;
  return rules.map(({ rule, until }) => {
    last = until === Infinity ? Infinity : Math.max(dayUnder(until - 1, rule), last);
    return { rule, until, last };
  });
}

function gameRules(calendar: Calendar): Rules {
  const { before } = calendar;
  const now = { rule: calendar, until: Infinity };
  return before ? [{ rule: before, until: Date.parse(before.until) }, now] : [now];
}

function gameTimeline(calendar: Calendar): Timeline {
  return timelineOf(gameRules(calendar));
}

function dayTimeline(calendar: Calendar): Timeline {
  const ofGame = gameRules(calendar);
  if (!calendar.player) return timelineOf(ofGame);
  const { before, zone: last } = calendar.player.zones;
  const zones = [
    ...before.map(({ zone, until }) => ({ zone, until: Date.parse(until) })),
    { zone: last, until: Infinity },
  ];
  const rules: Omit<Stretch, 'last'>[] = [];
  for (const { zone, until } of zones)
    for (const own of zone === null ? ofGame : rulesInZone(zone, ofGame)) {
      const end = Math.min(own.until, until);
      if (end > (rules.at(-1)?.until ?? -Infinity)) rules.push({ rule: own.rule, until: end });
    }
  return timelineOf(rules);
}

/** The rules of the game by the clock of a zone. A change of the reset hour waits for the end of the day that runs there. */
function rulesInZone(timeZone: string, ofGame: Rules): Rules {
  return ofGame.map(({ rule, until }) => {
    const own = { ...rule, timeZone };
    return { rule: own, until: until === Infinity ? until : beginOfDay(dayUnder(until - 1, own) + 1, own) };
  });
}

function dayAt(at: number, timeline: Timeline): number {
  let day = -Infinity;
  for (const { rule, until, last } of timeline) {
    if (at < until) return Math.max(dayUnder(at, rule), day);
    day = last;
  }
  return day;
}

/** The first moment of this day or a later one. */
function firstMoment(day: number, timeline: Timeline): number {
  let from = -Infinity;
  for (const { rule, until, last } of timeline) {
    if (day <= last) return Math.max(beginOfDay(day, rule), from);
    from = until;
  }
  return from;
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

/** The week that runs where the game's rule changes ends where a week begins under the new rule. */
function weekOf(day: number, timeline: Timeline): Days {
  const [change, current] = timeline.length > 1 ? timeline : [null, ...timeline];
  const { rule } = current as Stretch;
  const first = firstOfWeek(day, rule);
  if (!change || (day > change.last && first > change.last))
    return { name: weekName(first, rule), first, next: first + 7 };
  const { rule: old, last } = change;
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
