import { describe, expect, test } from 'vitest';
import { UTC } from '../../src/domain/calendar.ts';
import { exampleWithAll, expectProblem, type Invalid, type Path, rulesOf } from './example.ts';

const [WINTER, SPRING] = ['2026-12-01T00:00:00.000Z', '2027-03-01T00:00:00.000Z'];
const seasons = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`season_${i}`, { from: WINTER, until: SPRING }]),
  );

describe('a calendar that is not valid is refused with the path and what is expected', () => {
  test.each<Invalid>([
    [['timeZone'], '+02:00', null, /IANA time zone, like UTC or Europe\/Berlin, not "\+02:00"/],
    [['timeZone'], 'Mars/Olympus', null, /IANA time zone/],
    [['timeZone'], undefined, null, /text in quotes, but it is missing/],
    [
      ['timeZoneBefore'],
      { timeZone: 'UTC', until: '2026-12-01T00:00:00Z' },
      'timeZoneBefore.until',
      /must be a time like/,
    ],
    [
      ['timeZoneBefore'],
      { timeZone: 'Mars', until: '2026-12-01T00:00:00.000Z' },
      'timeZoneBefore.timeZone',
      /IANA time zone/,
    ],
    [
      ['timeZoneBefore'],
      { timeZone: 'Europe/Berlin', until: '2026-12-01T00:00:00.000Z' },
      'timeZoneBefore.until',
      /beginning of a day in Europe\/Berlin, such as that of 2026-12-01: 2026-11-30T23:00:00.000Z$/,
    ],
    [['resetHour'], 24, null, /at most 23, not 24/],
    [['resetHour'], -1, null, /at least 0, not -1/],
    [['resetHour'], 4.5, null, /whole number/],
    [['weekStart'], 'Monday', null, /must be "monday" or "tuesday" .*not "Monday"/],
    [
      ['timeZoneBefore'],
      { timeZone: 'UTC', resetHour: 4, until: '2026-12-01T00:00:00.000Z' },
      'timeZoneBefore.until',
      /beginning of a day in UTC, such as that of 2026-11-30: 2026-11-30T04:00:00.000Z$/,
    ],
    [['seasons'], { winter: { from: '2026-12-01', until: SPRING } }, 'seasons.winter.from', /a time like/],
    [['seasons'], { winter: { from: SPRING } }, 'seasons.winter.until', /but it is missing/],
    [['seasons'], { Winter: { from: WINTER, until: SPRING } }, 'seasons.Winter', /a season name/],
    [
      ['seasons'],
      { winter: { from: WINTER, until: WINTER } },
      'seasons.winter.until',
      /after from \(2026-12/,
    ],
    [
      ['seasons'],
      { winter: { from: SPRING, until: WINTER } },
      'seasons.winter.until',
      /after from \(2027-03/,
    ],
    [['seasons'], seasons(65), null, /at most 64 entries/],
  ])('%j = %j', (...invalid) => expectProblem(...invalid));
});

describe('the calendar of a document', () => {
  const calendarOf = (...values: readonly [Path, unknown][]) => rulesOf(exampleWithAll(...values)).calendar;

  test('has days from midnight, weeks from Monday, and no seasons, unless the document says otherwise', () => {
    expect(calendarOf()).toEqual(UTC);
    const set = calendarOf([['resetHour'], 4], [['weekStart'], 'sunday'], [['seasons'], seasons(64)]);
    expect(set).toMatchObject({ timeZone: 'UTC', resetHour: 4, weekStart: 'sunday', before: null });
    expect(set.seasons.get('season_63')).toEqual({ from: WINTER, until: SPRING });
  });

  test('before a change of the time zone has the same reset hour and first day, unless the document names them', () => {
    const until = '2026-12-01T04:00:00.000Z';
    const changed: [Path, unknown] = [['resetHour'], 4];
    expect(calendarOf(changed, [['timeZoneBefore'], { timeZone: 'UTC', until }]).before).toEqual({
      timeZone: 'UTC',
      resetHour: 4,
      weekStart: 'monday',
      until,
    });
    const named = { timeZone: 'UTC', resetHour: 0, weekStart: 'friday', until: '2026-12-01T00:00:00.000Z' };
    expect(calendarOf(changed, [['timeZoneBefore'], named]).before).toEqual(named);
  });
});
