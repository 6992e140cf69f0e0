import { describe, expect, test, vi } from 'vitest';
import { dayIn, dayOf, type TimeZone, weekOf } from '../../src/domain/calendar.ts';

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
    expect(dayOf(new Date(instant), zone)).toBe(day);
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
    expect(weekOf(new Date(instant), zone)).toBe(week);
  });

  test('every week of thirty years begins on Monday and has seven days', () => {
    const days = new Map<string, number>();
    let previous = '';
    for (let day = Date.UTC(2015, 0, 5); day < Date.UTC(2045, 0, 2); day += 86_400_000) {
      const week = weekOf(new Date(day), 'UTC');
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
    const { name, ends } = dayIn(new Date(now), zone);
    expect(ends).toBe(begins);
    expect(dayOf(new Date(ends), zone)).not.toBe(name);
    expect(dayOf(new Date(Date.parse(ends) - 1), zone)).toBe(name);
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
    const { name, begins } = dayIn(new Date(now), zone);
    expect(begins).toBe(expected);
    expect(dayOf(new Date(begins), zone)).toBe(name);
    expect(dayOf(new Date(Date.parse(begins) - 1), zone)).not.toBe(name);
  });

  test('days follow each other without a gap, in every order in which they are asked for', () => {
    const noons = Array.from({ length: 40 }, (_, i) => new Date(Date.UTC(2026, 9, 10 + i, 12)));
    const days = noons.map((noon) => dayIn(noon, 'Europe/Berlin'));
    for (const [i, day] of days.entries()) if (i > 0) expect(day.begins).toBe(days[i - 1]?.ends);
    expect(noons.toReversed().map((noon) => dayIn(noon, 'Europe/Berlin'))).toEqual(days.toReversed());
  });
});

test('one formatter is created per time zone', () => {
  const created = vi.spyOn(Intl, 'DateTimeFormat');
  const now = new Date('2026-11-02T12:00:00.000Z');
  for (const zone of ['Asia/Tbilisi', 'Africa/Lagos', 'Asia/Tbilisi', 'Africa/Lagos', 'Asia/Tbilisi'])
    dayOf(now, zone);
  dayIn(now, 'Asia/Tbilisi');
  expect(created).toHaveBeenCalledTimes(2);
  created.mockRestore();
});

describe('where the time zone changes', () => {
  const change = (before: string, until: string, name: string): TimeZone => ({ before, until, name });
  const EAST = change('UTC', '2026-11-30T00:00:00.000Z', 'Asia/Tokyo');
  const WEST = change('UTC', '2026-11-30T00:00:00.000Z', 'America/Los_Angeles');
  /** A zone that is 25 hours behind the one before it. */
  const FAR = change('Pacific/Kiritimati', '2026-11-30T10:00:00.000Z', 'Pacific/Niue');

  test.each<[string, TimeZone, string, string, string, string]>([
    [
      'ends as before',
      EAST,
      '2026-11-29T20:00:00Z',
      '2026-11-29',
      '2026-11-29T00:00:00.000Z',
      '2026-11-30T00:00:00.000Z',
    ],
    [
      'is followed by a shorter one in the east',
      EAST,
      '2026-11-30T00:00:00Z',
      '2026-11-30',
      '2026-11-30T00:00:00.000Z',
      '2026-11-30T15:00:00.000Z',
    ],
    [
      'continues in the west',
      WEST,
      '2026-11-30T07:59:59Z',
      '2026-11-29',
      '2026-11-29T00:00:00.000Z',
      '2026-11-30T08:00:00.000Z',
    ],
    [
      'continues where the new zone is two days behind',
      FAR,
      '2026-12-01T10:59:59Z',
      '2026-11-30',
      '2026-11-29T10:00:00.000Z',
      '2026-12-01T11:00:00.000Z',
    ],
    [
      'is that of the new zone afterwards',
      EAST,
      '2026-12-01T12:00:00Z',
      '2026-12-01',
      '2026-11-30T15:00:00.000Z',
      '2026-12-01T15:00:00.000Z',
    ],
  ])('the running day %s', (_, zone, now, name, begins, ends) => {
    expect(dayIn(new Date(now), zone)).toEqual({ name, begins, ends });
  });

  test.each([
    ['east', EAST],
    ['west', WEST],
    ['far', FAR],
  ])('no day and no week returns, and each moment lies within its day: %s', (_, zone) => {
    let previous = { day: '', week: '' };
    for (
      let at = Date.parse('2026-11-28T00:00:00Z');
      at < Date.parse('2026-12-03T00:00:00Z');
      at += 900_000
    ) {
      const now = new Date(at);
      const { name: day, begins, ends } = dayIn(now, zone);
      const week = weekOf(now, zone);
      expect([day >= previous.day, week >= previous.week]).toEqual([true, true]);
      expect(Date.parse(begins) <= at && at < Date.parse(ends)).toBe(true);
      previous = { day, week };
    }
  });

  test('a week begins with its first day in the new zone', () => {
    expect(weekOf(new Date('2026-11-29T23:59:59Z'), EAST)).toBe('2026-W48');
    expect(weekOf(new Date('2026-11-30T00:00:00Z'), EAST)).toBe('2026-W49');
    expect(weekOf(new Date('2026-11-30T07:59:59Z'), WEST)).toBe('2026-W48');
    expect(weekOf(new Date('2026-11-30T08:00:00Z'), WEST)).toBe('2026-W49');
  });
});
