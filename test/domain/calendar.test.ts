import { describe, expect, test, vi } from 'vitest';
import { type Calendar, type DayRule, dayIn, periodIn, UTC, WEEK_DAYS } from '../../src/domain/calendar.ts';
import { calendarIn } from './rules.ts';

const dayOf = (now: Date, calendar: Calendar) => dayIn(now, calendar).name;
const weekOf = (now: Date, calendar: Calendar) => periodIn('week', now, calendar).name;

describe('the day in a time zone', () => {
  test.each([
    ['2026-11-01T23:59:59.999Z', 'UTC', '2026-11-01'],
    ['2026-11-02T00:00:00.000Z', 'UTC', '2026-11-02'],
    ['2026-11-01T22:59:59.999Z', 'Europe/Berlin', '2026-11-01'],
    ['2026-11-01T23:00:00.000Z', 'Europe/Berlin', '2026-11-02'],
    ['2026-07-01T21:59:59.999Z', 'Europe/Berlin', '2026-07-01'],
    ['2026-07-01T22:00:00.000Z', 'Europe/Berlin', '2026-07-02'],
    ['2026-11-01T18:29:59.999Z', 'Asia/Kolkata', '2026-11-01'],
    ['2026-11-01T18:30:00.000Z', 'Asia/Kolkata', '2026-11-02'],
    ['2026-11-01T18:15:00.000Z', 'Asia/Kathmandu', '2026-11-02'],
    ['2026-11-01T10:00:00.000Z', 'Pacific/Kiritimati', '2026-11-02'],
    ['2026-11-02T10:59:59.999Z', 'Pacific/Pago_Pago', '2026-11-01'],
    ['2026-12-31T23:00:00.000Z', 'Europe/Berlin', '2027-01-01'],
    ['2028-02-29T12:00:00.000Z', 'UTC', '2028-02-29'],
  ])('%s in %s is on the day %s', (instant, zone, day) => {
    expect(dayOf(new Date(instant), calendarIn(zone))).toBe(day);
  });
});

describe('the ISO week in a time zone', () => {
  test.each([
    ['2026-11-01T23:59:59.999Z', 'UTC', '2026-W44'],
    ['2026-11-02T00:00:00.000Z', 'UTC', '2026-W45'],
    ['2026-11-01T23:00:00.000Z', 'Europe/Berlin', '2026-W45'],
    // At the end of a year, the week belongs to the year of its Thursday.
    ['2026-12-31T12:00:00.000Z', 'UTC', '2026-W53'],
    ['2027-01-01T12:00:00.000Z', 'UTC', '2026-W53'],
    ['2027-01-03T23:59:59.999Z', 'UTC', '2026-W53'],
    ['2027-01-04T00:00:00.000Z', 'UTC', '2027-W01'],
    ['2024-12-30T00:00:00.000Z', 'UTC', '2025-W01'],
    ['2024-12-29T12:00:00.000Z', 'UTC', '2024-W52'],
    ['2023-01-01T12:00:00.000Z', 'UTC', '2022-W52'],
    ['2020-12-31T12:00:00.000Z', 'UTC', '2020-W53'],
    ['2021-01-03T12:00:00.000Z', 'UTC', '2020-W53'],
    ['2026-01-01T12:00:00.000Z', 'UTC', '2026-W01'],
    ['2026-03-02T12:00:00.000Z', 'UTC', '2026-W10'],
  ])('%s in %s is in the week %s', (instant, zone, week) => {
    expect(weekOf(new Date(instant), calendarIn(zone))).toBe(week);
  });

  test('every week of thirty years begins on Monday and has seven days', () => {
    const days = new Map<string, number>();
    let previous = '';
    for (let day = Date.UTC(2015, 0, 5); day < Date.UTC(2045, 0, 2); day += 86_400_000) {
      const week = weekOf(new Date(day), UTC);
      days.set(week, (days.get(week) ?? 0) + 1);
      if (week !== previous) expect([week, new Date(day).getUTCDay()]).toEqual([week, 1]);
      expect(week >= previous).toBe(true);
      previous = week;
    }
    expect(new Set(days.values())).toEqual(new Set([7]));
  });
});

describe('the bounds of a day', () => {
  test.each([
    ['an ordinary day', '2026-11-02T12:00:00Z', 'UTC', '2026-11-03T00:00:00.000Z'],
    ['exactly at midnight', '2026-11-02T00:00:00Z', 'UTC', '2026-11-03T00:00:00.000Z'],
    ['a millisecond before midnight', '2026-11-02T23:59:59.999Z', 'UTC', '2026-11-03T00:00:00.000Z'],
    ['the end of a year', '2026-12-31T12:00:00Z', 'Europe/Berlin', '2026-12-31T23:00:00.000Z'],
    ['a zone with a half-hour offset', '2026-11-02T00:00:00Z', 'Asia/Kolkata', '2026-11-02T18:30:00.000Z'],
    ['a zone with a 45-minute offset', '2026-11-02T00:00:00Z', 'Asia/Kathmandu', '2026-11-02T18:15:00.000Z'],
    [
      'a zone whose summer time shifts by half an hour',
      '2026-10-03T12:00:00Z',
      'Australia/Lord_Howe',
      '2026-10-03T13:30:00.000Z',
    ],
    ['a day of 23 hours', '2026-03-28T23:00:00Z', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
    [
      'a day of 25 hours, from its first instant',
      '2026-10-24T22:00:00Z',
      'Europe/Berlin',
      '2026-10-25T23:00:00.000Z',
    ],
    ['a day of 23 hours in New York', '2026-03-08T05:00:00Z', 'America/New_York', '2026-03-09T04:00:00.000Z'],
    ['a day of 25 hours in New York', '2026-11-01T04:00:00Z', 'America/New_York', '2026-11-02T05:00:00.000Z'],
    [
      'a day that begins at one o’clock',
      '2018-11-03T12:00:00Z',
      'America/Sao_Paulo',
      '2018-11-04T03:00:00.000Z',
    ],
    [
      'a day whose last hour repeats',
      '2018-02-17T12:00:00Z',
      'America/Sao_Paulo',
      '2018-02-18T03:00:00.000Z',
    ],
    ['a day that the zone skipped', '2011-12-29T12:00:00Z', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
  ])('the next day begins at the midnight of the zone: %s', (_, now, zone, begins) => {
    const calendar = calendarIn(zone);
    const { name, ends } = dayIn(new Date(now), calendar);
    expect(ends).toBe(begins);
    expect(dayOf(new Date(ends), calendar)).not.toBe(name);
    expect(dayOf(new Date(Date.parse(ends) - 1), calendar)).toBe(name);
  });

  test.each([
    ['an ordinary day', '2026-11-02T12:00:00Z', 'UTC', '2026-11-02T00:00:00.000Z'],
    ['exactly at midnight', '2026-11-02T00:00:00Z', 'UTC', '2026-11-02T00:00:00.000Z'],
    ['a millisecond before midnight', '2026-11-02T23:59:59.999Z', 'UTC', '2026-11-02T00:00:00.000Z'],
    ['a zone ahead of UTC', '2026-11-01T23:30:00Z', 'Europe/Berlin', '2026-11-01T23:00:00.000Z'],
    ['a day of 23 hours', '2026-03-29T21:59:59.999Z', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    [
      'a day of 25 hours, from its last instant',
      '2026-10-25T22:59:59.999Z',
      'Europe/Berlin',
      '2026-10-24T22:00:00.000Z',
    ],
    [
      'a day that begins at one o’clock',
      '2018-11-04T12:00:00Z',
      'America/Sao_Paulo',
      '2018-11-04T03:00:00.000Z',
    ],
    [
      'the day after one that the zone skipped',
      '2011-12-30T12:00:00Z',
      'Pacific/Apia',
      '2011-12-30T10:00:00.000Z',
    ],
  ])('a day begins at the midnight of the zone: %s', (_, now, zone, expected) => {
    const calendar = calendarIn(zone);
    const { name, begins } = dayIn(new Date(now), calendar);
    expect(begins).toBe(expected);
    expect(dayOf(new Date(begins), calendar)).toBe(name);
    expect(dayOf(new Date(Date.parse(begins) - 1), calendar)).not.toBe(name);
  });

  test('days follow each other without a gap, in every order in which they are asked for', () => {
    const noons = Array.from({ length: 40 }, (_, i) => new Date(Date.UTC(2026, 9, 10 + i, 12)));
    const berlin = calendarIn('Europe/Berlin');
    const days = noons.map((noon) => dayIn(noon, berlin));
    for (const [i, day] of days.entries()) if (i > 0) expect(day.begins).toBe(days[i - 1]?.ends);
    expect(noons.toReversed().map((noon) => dayIn(noon, berlin))).toEqual(days.toReversed());
  });
});

test('one formatter is created per time zone', () => {
  const created = vi.spyOn(Intl, 'DateTimeFormat');
  const now = new Date('2026-11-02T12:00:00.000Z');
  for (const zone of ['Asia/Tbilisi', 'Africa/Lagos', 'Asia/Tbilisi', 'Africa/Lagos', 'Asia/Tbilisi'])
    dayOf(now, calendarIn(zone));
  expect(created).toHaveBeenCalledTimes(2);
  created.mockRestore();
});

describe('days that begin at a reset hour', () => {
  const at = (resetHour: number, timeZone = 'Europe/Berlin'): Calendar => ({
    ...calendarIn(timeZone),
    resetHour,
  });

  test.each([
    ['a millisecond before the hour', at(4), '2026-11-02T02:59:59.999Z', '2026-11-01'],
    ['at the hour', at(4), '2026-11-02T03:00:00.000Z', '2026-11-02'],
    ['in summer', at(4), '2026-07-02T02:00:00.000Z', '2026-07-02'],
    ['before the last hour of the day', at(23), '2026-11-02T21:59:59.999Z', '2026-11-01'],
    ['in the last hour of the day', at(23), '2026-11-02T22:00:00.000Z', '2026-11-02'],
    ['before a leap day', at(6, 'UTC'), '2028-02-29T05:59:59.999Z', '2028-02-28'],
    ['on a leap day', at(6, 'UTC'), '2028-03-01T05:59:59.999Z', '2028-02-29'],
    ['before the new year', at(6, 'UTC'), '2027-01-01T05:59:59.999Z', '2026-12-31'],
  ])('keep the date on which they begin: %s', (_, calendar, now, day) => {
    expect(dayOf(new Date(now), calendar)).toBe(day);
  });

  test.each([
    ['the clock skips the hour', at(2), '2026-03-29T12:00:00Z', '2026-03-29T01:00:00.000Z'],
    ['the clock shows the hour twice', at(2), '2026-10-25T12:00:00Z', '2026-10-25T00:00:00.000Z'],
    [
      'the clock goes back across the hour',
      at(2, 'Antarctica/Troll'),
      '2026-10-25T00:30:00Z',
      '2026-10-25T00:00:00.000Z',
    ],
    [
      'the clock is back before the hour',
      at(2, 'Antarctica/Troll'),
      '2026-10-25T01:30:00Z',
      '2026-10-25T00:00:00.000Z',
    ],
  ])('begin once, at the first moment at which the clock has reached the hour: %s', (_, calendar, now, begins) => {
    expect(dayIn(new Date(now), calendar)).toMatchObject({ name: begins.slice(0, 10), begins });
  });
});

describe('weeks and months', () => {
  const from = (weekStart: DayRule['weekStart']): Calendar => ({ ...UTC, weekStart });

  test.each([
    ['monday', '2026-W48', '2026-11-23', '2026-11-30'],
    ['sunday', '2026-11-22/P7D', '2026-11-22', '2026-11-29'],
    ['saturday', '2026-11-28/P7D', '2026-11-28', '2026-12-05'],
    ['wednesday', '2026-11-25/P7D', '2026-11-25', '2026-12-02'],
  ] as const)('a week from %s is %s on 28 November 2026', (weekStart, name, first, next) => {
    const [begins, ends] = [`${first}T00:00:00.000Z`, `${next}T00:00:00.000Z`];
    expect(periodIn('week', new Date('2026-11-28T12:00:00Z'), from(weekStart))).toEqual({
      name,
      begins,
      ends,
      isRunning: true,
    });
  });

  test('no name of a day, a month or a week under any rule is that of another', () => {
    const now = new Date('2026-11-22T12:00:00Z');
    const names = WEEK_DAYS.flatMap((weekStart) => periodIn('week', now, from(weekStart)).name);
    names.push(periodIn('day', now, UTC).name, periodIn('month', now, UTC).name);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each([
    ['2028-02-29T23:30:00Z', 'UTC', 0, '2028-02', '2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
    ['2026-10-31T23:30:00Z', 'UTC', 0, '2026-10', '2026-10-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z'],
    [
      '2026-12-31T23:30:00Z',
      'Europe/Berlin',
      0,
      '2027-01',
      '2026-12-31T23:00:00.000Z',
      '2027-01-31T23:00:00.000Z',
    ],
    ['2026-11-01T03:59:59Z', 'UTC', 4, '2026-10', '2026-10-01T04:00:00.000Z', '2026-11-01T04:00:00.000Z'],
    [
      '2026-04-01T00:00:00Z',
      'Europe/Berlin',
      5,
      '2026-03',
      '2026-03-01T04:00:00.000Z',
      '2026-04-01T03:00:00.000Z',
    ],
  ])('%s in %s with the reset hour %s is in the month %s', (now, zone, resetHour, name, begins, ends) => {
    const calendar = { ...calendarIn(zone), resetHour };
    expect(periodIn('month', new Date(now), calendar)).toEqual({ name, begins, ends, isRunning: true });
  });
});

describe('seasons, and all time', () => {
  const [from, until] = ['2026-12-01T12:00:00.000Z', '2027-01-10T00:00:00.000Z'];
  const calendar = { ...UTC, seasons: new Map([['winter', { from, until }]]) };
  const at = (now: string) => periodIn({ season: 'winter' }, new Date(now), calendar);

  test.each([
    ['2026-12-01T11:59:59.999Z', null, from, false],
    [from, from, until, true],
    ['2027-01-09T23:59:59.999Z', from, until, true],
    [until, until, null, false],
  ])('at %s the season or the time outside is bounded by %s and %s', (now, begins, ends, isRunning) => {
    expect(at(now)).toEqual({ name: 'winter', begins, ends, isRunning });
  });

  test('a season that the calendar does not have is a defect', () => {
    expect(() => periodIn({ season: 'summer' }, new Date(from), calendar)).toThrow(/no season summer/);
  });

  test('all time has no bounds', () => {
    expect(periodIn('ever', new Date(from), UTC)).toMatchObject({ name: 'ever', begins: null, ends: null });
  });
});
