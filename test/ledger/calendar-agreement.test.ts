// Days, weeks and months are those of Postgres's calendar, which has a time zone database of its own.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Calendar, periodIn, UTC, WEEK_DAYS } from '../../src/domain/calendar.ts';
import { openLedger } from '../support/ledger/ledger.ts';
import { sizeOf } from '../support/long-run.ts';

const { owner } = openLedger();

/** With whole and half hours, without and with summer time, and one whose summer time is half an hour. */
const ZONES = [
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'America/Los_Angeles', 'Australia/Lord_Howe'],
  ...['Asia/Kolkata', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Pacific/Auckland'],
];
const CASES = sizeOf({ long: 4_000, short: 1_500 });

const anyCase = fc.record({
  timeZone: fc.constantFrom(...ZONES),
  resetHour: fc.oneof(fc.constantFrom(0, 1, 2, 3), fc.integer({ min: 0, max: 23 })),
  weekStart: fc.constantFrom(...WEEK_DAYS),
  at: fc.oneof(
    fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) }),
    // Around leap days, and the ends of summer time in Europe and in the United States.
    fc.integer({ min: Date.UTC(2028, 1, 27), max: Date.UTC(2028, 2, 2) }),
    fc.integer({ min: Date.UTC(2026, 9, 24), max: Date.UTC(2026, 9, 27) }),
    fc.integer({ min: Date.UTC(2027, 2, 13), max: Date.UTC(2027, 2, 16) }),
  ),
});

/** The moment, and the bounds of its periods with the last moment before each. */
function momentsOf({ at, ...rule }: { at: number } & Pick<Calendar, 'timeZone' | 'resetHour' | 'weekStart'>) {
  const calendar = { ...UTC, ...rule };
  const periods = (['day', 'week', 'month'] as const).map((kind) => periodIn(kind, new Date(at), calendar));
  const bounds = periods.flatMap(({ begins, ends }) => [begins, ends].map((bound) => Date.parse(bound)));
  return [at, ...bounds.flatMap((bound) => [bound - 1, bound])].map((moment) => {
    const [day, week, month] = (['day', 'week', 'month'] as const).map(
      (kind) => periodIn(kind, new Date(moment), calendar).name,
    );
    return { moment, ...rule, day, week, month };
  });
}

test('each moment, and each bound of its periods, has the day, week and month of the other calendar', async () => {
  const moments = fc.sample(anyCase, { seed: 20_261_122, numRuns: CASES }).flatMap(momentsOf);
  const { rows } = await owner.query(
    `SELECT m.* FROM jsonb_to_recordset($1) AS m(moment bigint, "timeZone" text, "resetHour" integer,
                                                 "weekStart" text, day text, week text, month text),
       LATERAL (SELECT date_trunc('day', (to_timestamp(moment / 1000.0) AT TIME ZONE "timeZone")
                                         - make_interval(hours => "resetHour"))::date AS date) AS d,
       LATERAL (SELECT date - (date - array_position($2::text[], "weekStart") + 1 - date '1969-12-29' + 7000000) % 7
                       AS first) AS w
      WHERE (day, month, week) IS DISTINCT FROM (to_char(date, 'YYYY-MM-DD'), to_char(date, 'YYYY-MM'),
             CASE "weekStart" WHEN 'monday' THEN to_char(date, 'IYYY-"W"IW')
                              ELSE to_char(first, 'YYYY-MM-DD') || '/P7D' END)`,
    [JSON.stringify(moments), WEEK_DAYS],
  );
  expect(rows).toEqual([]);
});

test('the bounds of a period are the first moments of its names', () => {
  fc.assert(
    fc.property(anyCase, ({ at, ...rule }) => {
      const calendar = { ...UTC, ...rule };
      for (const kind of ['day', 'week', 'month'] as const) {
        const { name, begins, ends } = periodIn(kind, new Date(at), calendar);
        expect(Date.parse(begins) <= at && at < Date.parse(ends)).toBe(true);
        const nameAt = (moment: string, shift: number) =>
          periodIn(kind, new Date(Date.parse(moment) + shift), calendar).name;
        expect([nameAt(begins, 0), nameAt(ends, -1)]).toEqual([name, name]);
        expect([nameAt(begins, -1) < name, nameAt(ends, 0) > name]).toEqual([true, true]);
      }
    }),
    { seed: 20_261_122, numRuns: sizeOf({ long: 500, short: 200 }) },
  );
});
