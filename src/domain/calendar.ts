/** Names days and weeks in a time zone (claim keys, days of limits), and finds when a day begins and ends. `now` is passed in. */

/** An IANA name, or a zone that replaces another. */
export type TimeZone = string | TimeZoneChange;

/** Until the moment (ISO 8601, UTC) days are those of the zone `before`. The day that runs then keeps its name until it is over. */
export interface TimeZoneChange {
  readonly before: string;
  readonly until: string;
  readonly name: string;
}

/** YYYY-MM-DD in the time zone. Later moments never have earlier days, also where the zone changes. */
export function dayOf(now: Date, timeZone: TimeZone): string {
  if (typeof timeZone === 'string') return dayInZone(now, timeZone);
  const { before, until, name } = timeZone;
  const changesAt = Date.parse(until);
  if (now.getTime() < changesAt) return dayInZone(now, before);
  const last = dayInZone(new Date(changesAt - 1), before);
  const day = dayInZone(now, name);
  return day > last ? day : last;
}

function dayInZone(now: Date, timeZone: string): string {
  // Without a formatter: an isolate's first one costs more than the rest of its first claim's decision.
  if (timeZone === 'UTC') return now.toISOString().slice(0, 10);
  return formatter(timeZone).format(now);
}

/** The ISO 8601 week in the time zone, as YYYY-Www: weeks begin on Monday, week 1 holds the year's first Thursday. */
export function weekOf(now: Date, timeZone: TimeZone): string {
  const thursday = new Date(`${dayOf(now, timeZone)}T00:00:00Z`);
  thursday.setUTCDate(thursday.getUTCDate() + 3 - ((thursday.getUTCDay() + 6) % 7));
  const year = thursday.getUTCFullYear();
  const dayOfYear = (thursday.getTime() - Date.UTC(year, 0, 1)) / 86_400_000;
  return `${year}-W${String(Math.floor(dayOfYear / 7) + 1).padStart(2, '0')}`;
}

/** A day in a time zone, with its bounds (ISO 8601, UTC): it has begun at `begins` and is over at `ends`. */
export interface Day {
  readonly name: string;
  readonly begins: string;
  readonly ends: string;
}

/** Finding the bounds of a day costs fifty times more than naming it: the last day found is kept per zone. */
const days = new Map<string, { readonly day: Day; readonly begins: number; readonly ends: number }>();

/** The day of an instant. */
export function dayIn(now: Date, timeZone: TimeZone): Day {
  const at = now.getTime();
  const zone = typeof timeZone === 'string' ? timeZone : JSON.stringify(timeZone);
  const known = days.get(zone);
  if (known && known.begins <= at && at < known.ends) return known.day;
  const name = dayOf(now, timeZone);
  // A day has at most 26 hours in any zone, and as much again where the zone changes: 53 hours away it is another day.
  const begins = boundary(name, { inside: at, outside: at - 53 * 3_600_000, timeZone });
  const ends = boundary(name, { inside: at, outside: at + 53 * 3_600_000, timeZone }) + 1;
  const day = { name, begins: new Date(begins).toISOString(), ends: new Date(ends).toISOString() };
  days.set(zone, { day, begins, ends });
  return day;
}

/** The last millisecond of the day on the way from `inside` to `outside`, by bisection. */
function boundary(
  day: string,
  { inside, outside, timeZone }: { inside: number; outside: number; timeZone: TimeZone },
): number {
  let within = inside;
  let beyond = outside;
  while (Math.abs(beyond - within) > 1) {
    const middle = Math.floor((within + beyond) / 2);
    if (dayOf(new Date(middle), timeZone) === day) within = middle;
    else beyond = middle;
  }
  return within;
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
