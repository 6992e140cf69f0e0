/** Days by the clock of a time zone, numbered from 1970-01-01. */

export interface DayClock {
  /** An IANA name. */
  readonly timeZone: string;
  /** The hour of the zone's clock at which days begin, 0 to 23. */
  readonly resetHour: number;
}

const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The day of a moment. */
export function dayUnder(at: number, rule: DayClock): number {
  let day = Math.floor((clockTime(at, rule.timeZone) - rule.resetHour * HOUR) / DAY);
  // Where clocks are set back across the reset hour, the day has begun already.
  while (beginOfDay(day + 1, rule) <= at) day += 1;
  return day;
}

/** The first moment at which the zone's clock has reached the reset hour of this day. */
export function beginOfDay(day: number, { timeZone, resetHour }: DayClock): number {
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

/** Creating a formatter costs far more than using it: one is kept per zone. Null: there is no such zone. */
const formatters = new Map<string, Intl.DateTimeFormat | null>();
/** About as many as there are zones. Tokens name zones: beyond it all are forgotten, so that no caller fills the memory. */
const MAX_FORMATTERS = 600;

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = knownFormatter(timeZone);
  if (!known) throw new RangeError(`${timeZone} is no time zone`);
  return known;
}

function knownFormatter(timeZone: string): Intl.DateTimeFormat | null {
  let known = formatters.get(timeZone);
  if (known === undefined) {
    if (formatters.size >= MAX_FORMATTERS) formatters.clear();
    known = createFormatter(timeZone);
    formatters.set(timeZone, known);
  }
  return known;
}

function createFormatter(timeZone: string): Intl.DateTimeFormat | null {
  // A fixed offset such as "+02:00" ignores daylight saving, so days would shift twice a year.
  if (!/^[A-Za-z]/.test(timeZone)) return null;
  try {
    // Swedish dates have the form of ISO 8601.
    return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  } catch {
    return null;
  }
}

/** An IANA name. */
export function isTimeZone(name: string): boolean {
  // Most configs have it, and the first formatter of an isolate reads the list of all locales: an eighth of the first claim.
  return name === 'UTC' || knownFormatter(name) !== null;
}
