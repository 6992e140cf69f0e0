import { describe, expect, test } from 'vitest';
import { changes, listed, NOON, reopened } from './compared.ts';
import { exampleDocument, exampleWith, exampleWithAll, type Path } from './example.ts';

describe('a change of the time zone', () => {
  const zoned = (timeZone: string, before?: object) =>
    exampleWithAll([['timeZone'], timeZone], [['timeZoneBefore'], before]);
  const TOKYO = zoned('Asia/Tokyo');

  test.each([
    [
      'the day becomes a later one',
      TOKYO,
      '2026-11-29T20:00:00Z',
      /2026-11-29 becomes 2026-11-30 until 2026-11-30T15:00:00.000Z: players who made its calendar claims can make them again.* The running week 2026-W48 becomes 2026-W49/,
    ],
    [
      'the day becomes an earlier one',
      zoned('America/Los_Angeles'),
      '2026-11-30T02:00:00Z',
      /2026-11-30 becomes 2026-11-29 until 2026-11-30T08:00:00.000Z: players who missed.* The running week 2026-W49 becomes 2026-W48/,
    ],
    [
      'the day keeps its name',
      TOKYO,
      '2026-11-29T12:00:00Z',
      /2026-11-29 keeps its key and ends at 2026-11-29T15:00:00.000Z\. The running week 2026-W48 keeps its key/,
    ],
  ])('has to be confirmed, and says what happens: %s', (_, next, now, text) => {
    const [change] = changes(next, { now: new Date(now) });
    expect(change).toMatchObject({
      severity: 'reopens',
      path: 'timeZone',
      text: expect.stringMatching(text),
    });
    const ends = now.startsWith('2026-11-30') ? '2026-12-01' : '2026-11-30';
    expect(change?.text).toContain(`"timeZoneBefore": {"timeZone": "UTC", "until": "${ends}T00:00:00.000Z"}`);
  });

  test('after the running day is none that has to be confirmed', () => {
    const next = zoned('Asia/Tokyo', { timeZone: 'UTC', until: '2026-11-30T00:00:00.000Z' });
    expect(listed(changes(next)).slice(0, 1)).toEqual([
      'running timeZoneBefore: Days and weeks change from UTC to Asia/Tokyo (UTC until 2026-11-30T00:00:00.000Z). The running day 2026-11-29 and week 2026-W48 keep their keys, limits and budgets: the day ends at 2026-11-30T00:00:00.000Z, and 2026-11-30 follows.',
    ]);
    expect(reopened(changes(next))).toEqual([]);
  });

  test.each([
    ['of another zone', { timeZone: 'Europe/Berlin', until: '2026-11-29T23:00:00.000Z' }, NOON],
    [
      'that is over',
      { timeZone: 'UTC', until: '2026-11-30T00:00:00.000Z' },
      new Date('2026-11-30T00:00:01Z'),
    ],
  ])('after a day %s has to be confirmed', (_, before, now) => {
    expect(reopened(changes(zoned('Asia/Tokyo', before), { now }))).toEqual(['timeZone']);
  });

  test('that has not begun can be cancelled', () => {
    const from = zoned('Asia/Tokyo', { timeZone: 'UTC', until: '2026-11-30T00:00:00.000Z' });
    expect(listed(changes(exampleDocument(), { from }))[0]).toBe(
      'running timeZone: The change from UTC to Asia/Tokyo is cancelled. Days and weeks go on as they are.',
    );
  });

  test('that is over leaves a setting which can be removed', () => {
    const from = zoned('Asia/Tokyo', { timeZone: 'UTC', until: '2026-11-28T00:00:00.000Z' });
    expect(reopened(changes(TOKYO, { from }))).toEqual([]);
  });
});

describe('a change of the reset hour or of the first day of the week', () => {
  const reset = (...values: readonly [Path, unknown][]) => exampleWithAll(...values);
  const UNTIL = '2026-11-30T00:00:00.000Z';

  test.each<[string, Path, unknown, RegExp]>([
    [
      'a later hour',
      ['resetHour'],
      14,
      /from UTC to UTC from 14:00 at once.*2026-11-29 becomes 2026-11-28 until 2026-11-29T14:00:00.000Z.*"timeZoneBefore": {"timeZone": "UTC", "resetHour": 0, "until": "2026-11-30T00:00:00.000Z"}/,
    ],
    [
      'another first day of the week',
      ['weekStart'],
      'sunday',
      /weeks from sunday at once.*2026-11-29 keeps its key.*The running week 2026-W48 becomes 2026-11-29\/P7D.*"weekStart": "monday"/,
    ],
  ])('at once has to be confirmed: %s', (_, path, value, text) => {
    const [change] = changes(reset([path, value])).filter(({ severity }) => severity === 'reopens');
    expect(change).toMatchObject({ path: path.join('.'), text: expect.stringMatching(text) });
  });

  test('that moves the end of a month says so', () => {
    const now = new Date('2026-12-01T01:00:00Z');
    const [change] = changes(reset([['resetHour'], 4]), { now });
    expect(change?.text).toContain('The running month 2026-12 becomes 2026-11.');
  });

  test.each<[string, Path, unknown, object, RegExp]>([
    ['a later hour', ['resetHour'], 4, { resetHour: 0 }, /the day ends at 2026-11-30T04:00:00.000Z/],
    [
      'another first day of the week',
      ['weekStart'],
      'saturday',
      { weekStart: 'monday' },
      /the day ends at 2026-11-30T00.*The week ends at 2026-12-05T00:00:00.000Z\.$/,
    ],
  ])('after the running day is none that has to be confirmed: %s', (_, path, value, was, text) => {
    const before = { timeZone: 'UTC', ...was, until: UNTIL };
    const found = changes(reset([path, value], [['timeZoneBefore'], before]));
    expect(found[0]).toMatchObject({
      severity: 'running',
      path: 'timeZoneBefore',
      text: expect.stringMatching(text),
    });
    expect(reopened(found)).toEqual([]);
  });

  test('is a setting that cannot be removed while it names the running week', () => {
    const changed: [Path, unknown] = [['weekStart'], 'saturday'];
    const from = reset(changed, [['timeZoneBefore'], { timeZone: 'UTC', weekStart: 'monday', until: UNTIL }]);
    const at = (day: string) =>
      reopened(changes(reset(changed), { from, now: new Date(`${day}T12:00:00Z`) }));
    expect([at('2026-12-01'), at('2026-12-04'), at('2026-12-05')]).toEqual([
      ['timeZoneBefore'],
      ['timeZoneBefore'],
      [],
    ]);
  });
});

describe('a season whose dates change', () => {
  const season = (from: string, until: string) =>
    exampleWith(['seasons'], { winter: { from: `${from}T00:00:00.000Z`, until: `${until}T00:00:00.000Z` } });

  test('keeps what was used in it', () => {
    const from = season('2026-11-01', '2026-12-01');
    expect(listed(changes(season('2026-11-01', '2026-12-24'), { from }))).toEqual([
      'running seasons.winter: The season winter is from 2026-11-01T00:00:00.000Z until 2026-12-24T00:00:00.000Z instead of 2026-11-01T00:00:00.000Z until 2026-12-01T00:00:00.000Z. What was used in it counts.',
    ]);
  });

  test('and was over should have another name', () => {
    const from = season('2025-11-01', '2025-12-01');
    expect(listed(changes(season('2026-11-01', '2026-12-24'), { from }))[0]).toContain(
      'a new season needs a name',
    );
  });
});
