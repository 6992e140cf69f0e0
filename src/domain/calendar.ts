/**
 * Days and weeks in a time zone: the names of calendar periods (claim keys, budget days) and when the next day begins.
 * No clock: `now` is passed in.
 */

/** YYYY-MM-DD in the time zone. */
export function dayOf(now: Date, timeZone: string): string {
  return formatter(timeZone).format(now);
}

/** The ISO 8601 week in the time zone, as YYYY-Www: weeks begin on Monday, week 1 holds the year's first Thursday. */
export function weekOf(now: Date, timeZone: string): string {
  const thursday = new Date(`${dayOf(now, timeZone)}T00:00:00Z`);
  thursday.setUTCDate(thursday.getUTCDate() + 3 - ((thursday.getUTCDay() + 6) % 7));
  const year = thursday.getUTCFullYear();
  const dayOfYear = (thursday.getTime() - Date.UTC(year, 0, 1)) / 86_400_000;
  return `${year}-W${String(Math.floor(dayOfYear / 7) + 1).padStart(2, '0')}`;
}

/** The instant at which the day after `now`'s begins in the time zone. */
export function nextDayBegins(now: Date, timeZone: string): Date {
  const today = dayOf(now, timeZone);
  // No zone's day is longer than 26 hours, and none skips a midnight by more than an hour or two: walk, then narrow down.
  let before = now.getTime();
  let after = before + 27 * 3_600_000;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dayOf(new Date(middle), timeZone) === today) before = middle;
    else after = middle;
  }
  return new Date(after);
}

/** Making a formatter costs far more than using it; there is one for each zone that a config has named. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  let known = formatters.get(timeZone);
  if (!known) {
    // The Swedish form of a date is ISO 8601's.
    known = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formatters.set(timeZone, known);
  }
  return known;
}
