/// <reference lib="esnext.temporal" />
// Days, weeks and months are those of Temporal's calendar: over summer time, leap days, reset hours, and for travellers either way.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Calendar, type CalendarPeriod, periodIn, UTC, WEEK_DAYS } from '../../src/domain/calendar.ts';
import { localRules } from '../../src/domain/player-zones.ts';
import { sizeOf } from '../support/long-run.ts';
import { RULES } from './rules.ts';

/** With whole and half hours, without and with summer time, one whose summer time is half an hour, and one that skips midnight. */
const ZONES = [
  ...['UTC', 'Europe/Berlin', 'Europe/Dublin', 'America/New_York', 'America/Los_Angeles', 'America/St_Johns'],
  ...['Asia/Kolkata', 'Asia/Kathmandu', 'Asia/Beirut', 'Africa/Casablanca', 'Australia/Lord_Howe'],
  ...['Pacific/Kiritimati', 'Pacific/Niue', 'Pacific/Auckland', 'Pacific/Chatham', 'America/Havana'],
];
const HOUR = 3_600_000;
const seed = 20_261_122;
/** Temporal is slow where it is not compiled yet. */
const timeout = 60_000;

type Rule = Pick<Calendar, 'timeZone' | 'resetHour' | 'weekStart'>;
type DayRule = Omit<Rule, 'weekStart'>;

/** The first moment at which the zone's clock has reached the reset hour of the date. */
const beginOf = (date: Temporal.PlainDate, { timeZone, resetHour }: DayRule): number =>
  date.toZonedDateTime({ timeZone, plainTime: { hour: resetHour } }).epochMilliseconds;

/** The last date whose day has begun. */
function dateAt(at: number, rule: DayRule): Temporal.PlainDate {
  const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(rule.timeZone);
  let date = zoned.toPlainDate().add({ days: 1 });
  while (beginOf(date, rule) > at) date = date.subtract({ days: 1 });
  return date;
}

interface Expected {
  readonly name: string;
  readonly begins: number;
  readonly ends: number;
}

const PERIODS: Readonly<Record<CalendarPeriod, (at: number, rule: Rule) => Expected>> = {
  day(at, rule) {
    const date = dateAt(at, rule);
    return { name: date.toString(), ...boundsOf(date, date.add({ days: 1 }), rule) };
  },
  week(at, rule) {
    const date = dateAt(at, rule);
    const since = (date.dayOfWeek - 1 - WEEK_DAYS.indexOf(rule.weekStart) + 7) % 7;
    const first = date.subtract({ days: since });
    // A week belongs to the year of its Thursday.
    const { year } = date.add({ days: 4 - date.dayOfWeek });
    const number = `${year}-W${String(date.weekOfYear).padStart(2, '0')}`;
    const name = rule.weekStart === 'monday' ? number : `${first}/P7D`;
    return { name, ...boundsOf(first, first.add({ days: 7 }), rule) };
  },
  month(at, rule) {
    const month = dateAt(at, rule).toPlainYearMonth();
    const first = month.toPlainDate({ day: 1 });
    return { name: month.toString(), ...boundsOf(first, first.add({ months: 1 }), rule) };
  },
};

const boundsOf = (first: Temporal.PlainDate, next: Temporal.PlainDate, rule: Rule) => ({
  begins: beginOf(first, rule),
  ends: beginOf(next, rule),
});

const anyTime = fc.oneof(
  fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) }),
  // Leap days, ends and beginnings of summer time in both halves of the world, and the turn of a year with 53 weeks.
  ...['2028-02-27', '2026-10-24', '2027-03-13', '2027-03-27', '2027-04-03', '2026-10-03', '2026-12-30'].map(
    (day) => fc.integer({ min: Date.parse(day), max: Date.parse(day) + 96 * HOUR }),
  ),
);
const anyResetHour = fc.oneof(fc.constantFrom(0, 1, 2, 3), fc.integer({ min: 0, max: 23 }));

describe("the calendar of the game is the library's", () => {
  test.each(['day', 'week', 'month'] as const)('for each %s, with its name and bounds', {
    timeout,
  }, (kind) => {
    const anyRule = fc.record({
      timeZone: fc.constantFrom(...ZONES),
      resetHour: anyResetHour,
      weekStart: fc.constantFrom(...WEEK_DAYS),
    });
    fc.assert(
      fc.property(anyRule, anyTime, (rule, at) => {
        const { name, begins, ends } = periodIn(kind, new Date(at), { ...UTC, ...rule });
        const found = { name, begins: Date.parse(begins), ends: Date.parse(ends) };
        expect(found).toEqual(PERIODS[kind](at, rule));
      }),
      { seed, numRuns: sizeOf({ long: 400, short: 150 }) },
    );
  });
});

/** A traveller's day, walked forwards: a zone that was named counts from the end of the day that ran then. */
class Traveller {
  private readonly resetHour: number;
  private zone: string;
  private next: string;
  private date: Temporal.PlainDate;
  private ends: number;

  constructor(at: number, zone: string, resetHour: number) {
    this.resetHour = resetHour;
    this.zone = zone;
    this.next = zone;
    this.date = dateAt(at, { timeZone: zone, resetHour });
    this.ends = this.endOf();
  }

  private endOf(): number {
    return beginOf(this.date.add({ days: 1 }), { timeZone: this.zone, resetHour: this.resetHour });
  }

  /** The day of a moment. Until it ends, the zone that counts is the one that counted when it began. */
  dayAt(at: number): { readonly name: string; readonly until: number } {
    while (at >= this.ends) {
      const begun = this.ends;
      this.zone = this.next;
      const date = dateAt(begun, { timeZone: this.zone, resetHour: this.resetHour });
      // In the west of the old zone the next date has not begun: the day goes on.
      if (Temporal.PlainDate.compare(date, this.date) > 0) this.date = date;
      this.ends = this.endOf();
    }
    return { name: this.date.toString(), until: this.ends };
  }

  name(zone: string): void {
    this.next = zone;
  }
}

test("a traveller's days are the library's, whichever way the journey goes", { timeout }, () => {
  const rules = { ...RULES, playerZone: 'zone' };
  const journey = fc.record({
    start: anyTime,
    resetHour: anyResetHour,
    steps: fc.array(
      fc.record({ after: fc.integer({ min: 0, max: 60 * HOUR }), zone: fc.constantFrom(...ZONES) }),
      { minLength: 1, maxLength: 30 },
    ),
  });
  fc.assert(
    fc.property(journey, ({ start, resetHour, steps }) => {
      const game = { ...rules, calendar: { ...UTC, resetHour } };
      let at = start;
      let stored: string | null = null;
      let traveller: Traveller | null = null;
      for (const { after, zone } of steps) {
        at += after;
        traveller ??= new Traveller(at, zone, resetHour);
        const now = new Date(at);
        const actor = { kind: 'player', attributes: { zone } } as const;
        const local = localRules(game, { actor, stored, now });
        const { name, ends } = periodIn('day', now, local.rules.calendar);
        const expected = traveller.dayAt(at);
        expect(name).toBe(expected.name);
        // With a zone in the west the day goes on after it would have ended.
        expect(Date.parse(ends)).toBeGreaterThanOrEqual(expected.until);
        traveller.name(zone);
        stored = local.zones?.next ?? null;
      }
    }),
    { seed, numRuns: sizeOf({ long: 150, short: 60 }) },
  );
});
