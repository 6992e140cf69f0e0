/**
 * Compares calendars: what happens to the running day, week and month where the rule changes that cuts time into them, and seasons
 * whose dates change.
 */
import {
  type BoundedPeriod,
  CALENDAR_PERIODS,
  type Calendar,
  type CalendarPeriod,
  type DayRule,
  dayIn,
  periodIn,
} from '../domain/calendar.ts';
import { calendarOf } from './calendar.ts';
import type { ReportChange } from './changes.ts';
import type { BalanceDocument } from './schema.ts';

interface Calendars {
  readonly before: BalanceDocument;
  readonly after: BalanceDocument;
  readonly now: Date;
}

const FIELDS = ['timeZone', 'resetHour', 'weekStart'] as const;

export function compareCalendars({ before, after, now }: Calendars, report: ReportChange): void {
  compareSeasons({ before, after, now }, report);
  compareZones({ before, after }, report);
  const [old, changed] = [effective(calendarOf(before), now), effective(calendarOf(after), now)];
  if (calendarText(old) === calendarText(changed)) return;
  const running = ruleAt(now.toISOString(), old);
  const sameRule = ruleText(running) === ruleText(changed);
  if (!changed.before && sameRule && running !== old) {
    const text = `The change from ${ruleText(changed)} to ${ruleText(old)} is cancelled. Days and weeks go on as they are.`;
    report('running', ['timeZone'], text);
    return;
  }
  const from = `Days and weeks change from ${calendarText(old)} to ${calendarText(changed)}`;
  const [was, is] = [periodsIn(old, now), periodsIn(changed, now)];
  if (changed.before && CALENDAR_PERIODS.every((kind) => isKept(was[kind], is[kind]))) {
    const next = dayIn(new Date(is.day.ends), changed).name;
    const weekEnds = is.week.ends === was.week.ends ? '' : ` The week ends at ${is.week.ends}.`;
    const text = `${from}. The running day ${was.day.name} and week ${was.week.name} keep their keys, limits and budgets: the day ends at ${is.day.ends}, and ${next} follows.${weekEnds}`;
    report('running', ['timeZoneBefore'], text);
    return;
  }
  const effect = [
    `${from} at once.`,
    dayText(was.day.name, is.day),
    `The running week ${was.week.name} ${is.week.name === was.week.name ? 'keeps its key' : `becomes ${is.week.name}`}.`,
    ...(is.month.name === was.month.name
      ? []
      : [`The running month ${was.month.name} becomes ${is.month.name}.`]),
    sameRule
      ? `Keep "timeZoneBefore" until ${was.week.ends}.`
      : `To let them end first, add "timeZoneBefore": ${beforeText(ruleAt(was.day.begins, old), changed, was.day.ends)}.`,
  ];
  const field = FIELDS.find((each) => running[each] !== changed[each]) ?? 'timeZoneBefore';
  report('reopens', [field], effect.join(' '));
}

type Periods = Readonly<Record<CalendarPeriod, BoundedPeriod>>;

function periodsIn(calendar: Calendar, now: Date): Periods {
  const [day, week, month] = CALENDAR_PERIODS.map((kind) => periodIn(kind, now, calendar));
  return { day, week, month } as Periods;
}

function isKept(was: BoundedPeriod, is: BoundedPeriod): boolean {
  return was.name === is.name && was.begins === is.begins;
}

/** Without a change that lies before the running day and decides no name any more. */
function effective(calendar: Calendar, now: Date): Calendar {
  if (!calendar.before || calendar.before.until > dayIn(now, calendar).begins) return calendar;
  const without = { ...calendar, before: null };
  const [was, is] = [periodsIn(calendar, now), periodsIn(without, now)];
  return CALENDAR_PERIODS.every((kind) => was[kind].name === is[kind].name) ? without : calendar;
}

/** Times of one form compare as texts. */
function ruleAt(moment: string, calendar: Calendar): DayRule {
  return calendar.before && moment < calendar.before.until ? calendar.before : calendar;
}

function ruleText({ timeZone, resetHour, weekStart }: DayRule): string {
  const hour = resetHour === 0 ? '' : ` from ${String(resetHour).padStart(2, '0')}:00`;
  return `${timeZone}${hour}${weekStart === 'monday' ? '' : `, weeks from ${weekStart}`}`;
}

function calendarText(calendar: Calendar): string {
  const { before } = calendar;
  return before ? `${ruleText(calendar)} (${ruleText(before)} until ${before.until})` : ruleText(calendar);
}

/** The setting as JSON. What stays as it is need not be named. */
function beforeText(old: DayRule, changed: DayRule, until: string): string {
  const fields = FIELDS.filter((field) => field === 'timeZone' || old[field] !== changed[field]);
  const values = fields.map((field) => `"${field}": ${JSON.stringify(old[field])}`);
  return `{${[...values, `"until": ${JSON.stringify(until)}`].join(', ')}}`;
}

function dayText(running: string, { name, ends }: BoundedPeriod): string {
  if (name === running) return `The running day ${running} keeps its key and ends at ${ends}.`;
  const effect =
    name > running
      ? 'players who made its calendar claims can make them again, and daily limits and budgets begin again'
      : 'players who missed the calendar claims of that day can make them, and its limits and budgets continue';
  return `The running day ${running} becomes ${name} until ${ends}: ${effect}.`;
}

function compareZones({ before, after }: Pick<Calendars, 'before' | 'after'>, report: ReportChange) {
  const [was, is] = [before.playerZone, after.playerZone];
  if (was === is) return;
  const text =
    is === undefined
      ? 'The days of all players are those of the game, at once. What they used on a day of their own counts on the day of that name.'
      : `Each player's days count by the zone that "${is}" of their token names, from the end of the day that runs at their next operation.`;
  report('running', ['playerZone'], text);
}

function compareSeasons({ before, after, now }: Calendars, report: ReportChange) {
  for (const [name, { from, until }] of Object.entries(after.seasons)) {
    const old = Object.hasOwn(before.seasons, name) ? before.seasons[name] : undefined;
    if (!old || (old.from === from && old.until === until)) continue;
    const hint =
      old.until <= now.toISOString()
        ? ' It was over: a new season needs a name of its own, or who used its limits has nothing left.'
        : '';
    const text = `The season ${name} is from ${from} until ${until} instead of ${old.from} until ${old.until}. What was used in it counts.${hint}`;
    report('running', ['seasons', name], text);
  }
}
