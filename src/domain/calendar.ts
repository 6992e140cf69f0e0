/** Names days and weeks in a time zone (claim keys, days of limits), and computes when the next day begins. `now` is passed in. */

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

/** The instant at which the next day begins in the time zone. */
export function nextDayBegins(now: Date, timeZone: string): Date {
  const today = dayOf(now, timeZone);
  // A day has at most 26 hours in any zone: 27 hours later it is another day. Bisect for the boundary.
  let before = now.getTime();
  let after = before + 27 * 3_600_000;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dayOf(new Date(middle), timeZone) === today) before = middle;
    else after = middle;
  }
  return new Date(after);
}

/** Creating a formatter costs far more than using it: one is kept per zone. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  let known = formatters.get(timeZone);
  if (!known) {
    // Swedish dates have the form of ISO 8601.
    known = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formatters.set(timeZone, known);
  }
  return known;
}
