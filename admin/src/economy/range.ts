// The days that the page shows: days of UTC, as the sums are.
const DAY_MS = 86_400_000;
/** The API answers at most so many. */
const MAX_DAYS = 366;

export interface Range {
  readonly from: string;
  readonly to: string;
}

export const PRESETS = [7, 30, 90] as const;

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** The last so many days, today included. */
export function lastDays(days: number, now = Date.now()): Range {
  return { from: dayOf(now - (days - 1) * DAY_MS), to: dayOf(now) };
}

export function daysOf({ from, to }: Range): string[] {
  const days: string[] = [];
  for (let ms = Date.parse(from); ms <= Date.parse(to) && days.length < MAX_DAYS; ms += DAY_MS)
    days.push(dayOf(ms));
  return days;
}

/** What is wrong with a range; null: nothing. */
export function problemOf({ from, to }: Range): string | null {
  if (to < from) return 'The last day lies before the first.';
  const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
  return days > MAX_DAYS ? `Choose at most ${MAX_DAYS} days.` : null;
}

const LABEL = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const LONG = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});

export const labelOf = (day: string) => LABEL.format(new Date(day));
export const longLabelOf = (day: string) => LONG.format(new Date(day));
