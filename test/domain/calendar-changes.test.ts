import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Calendar, type DayRule, dayIn, periodIn, UTC, WEEK_DAYS } from '../../src/domain/calendar.ts';
import { calendarIn } from './rules.ts';

const weekOf = (now: Date, calendar: Calendar) => periodIn('week', now, calendar).name;

describe('where the time zone changes', () => {
  const change = (before: string, until: string, name: string): Calendar => ({
    ...calendarIn(name),
    before: { ...calendarIn(before), until },
  });
  const EAST = change('UTC', '2026-11-30T00:00:00.000Z', 'Asia/Tokyo');
  const WEST = change('UTC', '2026-11-30T00:00:00.000Z', 'America/Los_Angeles');
  /** A zone that is 25 hours behind the one before it. */
  const FAR = change('Pacific/Kiritimati', '2026-11-30T10:00:00.000Z', 'Pacific/Niue');

  test.each<[string, Calendar, string, string, string, string]>([
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
    expect(dayIn(new Date(now), zone)).toEqual({ name, begins, ends, isRunning: true });
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

describe('where the reset hour or the first day of the week changes', () => {
  const changed = (is: Partial<DayRule>, was: Partial<DayRule>, until: string): Calendar => ({
    ...UTC,
    ...is,
    before: { ...UTC, ...was, until },
  });
  const THURSDAY = '2026-11-26T00:00:00.000Z';

  test.each<[string, Calendar, string, string, string]>([
    [
      'a later hour makes the running day longer',
      changed({ resetHour: 4 }, {}, THURSDAY),
      '2026-11-26T03:59:59.999Z',
      '2026-11-25T00:00:00.000Z',
      '2026-11-26T04:00:00.000Z',
    ],
    [
      'an earlier hour makes the next day shorter',
      changed({ resetHour: 0 }, { resetHour: 4 }, '2026-11-26T04:00:00.000Z'),
      '2026-11-26T04:00:00.000Z',
      '2026-11-26T04:00:00.000Z',
      '2026-11-27T00:00:00.000Z',
    ],
  ])('%s', (_, calendar, now, begins, ends) => {
    expect(dayIn(new Date(now), calendar)).toMatchObject({ begins, ends });
  });

  test.each<[string, DayRule['weekStart'], DayRule['weekStart'], string, string]>([
    ['monday', 'monday', 'sunday', '2026-W48', '2026-11-29T00:00:00.000Z'],
    ['monday', 'monday', 'wednesday', '2026-W48', '2026-12-02T00:00:00.000Z'],
    ['sunday', 'sunday', 'monday', '2026-11-22/P7D', '2026-11-30T00:00:00.000Z'],
  ])('the running week from %s keeps its name until a week begins under the new rule', (_, was, is, name, ends) => {
    const calendar = changed({ weekStart: is }, { weekStart: was }, THURSDAY);
    for (const now of ['2026-11-25T23:59:59.999Z', THURSDAY])
      expect(periodIn('week', new Date(now), calendar)).toMatchObject({ name, ends });
    expect(periodIn('week', new Date(ends), calendar)).toMatchObject({ begins: ends });
  });

  test('no period returns, none has a gap, and each moment lies within its periods', () => {
    const zones = ['UTC', 'Asia/Tokyo', 'America/Los_Angeles', 'Pacific/Kiritimati', 'Pacific/Niue'];
    const rule = fc.record({
      timeZone: fc.constantFrom(...zones),
      resetHour: fc.integer({ min: 0, max: 23 }),
      weekStart: fc.constantFrom(...WEEK_DAYS),
    });
    fc.assert(
      fc.property(rule, rule, fc.integer({ min: 0, max: 27 }), (was, is, day) => {
        const { begins: until } = dayIn(new Date(Date.UTC(2028, 1, 15 + day, 12)), { ...UTC, ...was });
        const calendar = changed(is, was, until);
        for (const kind of ['day', 'week', 'month'] as const) {
          const seen = new Set<string>();
          let last = periodIn(kind, new Date(Date.parse(until) - 40 * 86_400_000), calendar);
          while (last.begins <= until) {
            seen.add(last.name);
            const next = periodIn(kind, new Date(last.ends), { ...calendar });
            expect(next.begins).toBe(last.ends);
            expect(seen.has(next.name)).toBe(false);
            const middle = new Date((Date.parse(next.begins) + Date.parse(next.ends)) / 2);
            expect(periodIn(kind, middle, { ...calendar })).toEqual(next);
            last = next;
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
