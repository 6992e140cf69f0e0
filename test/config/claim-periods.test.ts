// Claims whose key is the day, week, month, a season, or that are made once ever.
import { describe, expect, test } from 'vitest';
import { changes, listed, reopened } from './compared.ts';
import { exampleWithAll, expectProblem, type Invalid, type Json, type Path, rulesOf } from './example.ts';

const QUEST: Path = ['claimTypes', 'daily_quest'];
const [FROM, UNTIL, LATER] = [
  '2026-12-01T00:00:00.000Z',
  '2027-02-01T00:00:00.000Z',
  '2027-05-01T00:00:00.000Z',
];
const SEASONS = { frost: { from: FROM, until: UNTIL }, thaw: { from: UNTIL, until: LATER } };
const withPeriod = (period: Json, ...more: [Path, Json][]) =>
  exampleWithAll(
    [['seasons'], SEASONS],
    [QUEST, { proof: 'calendar', period, rewards: { lumees: 1 } }],
    ...more,
  );
const compiled = (document: Json) => rulesOf(document).claimTypes.get('daily_quest');

test('a claim for a season is open in the season, and in its own window', () => {
  const period = { season: 'frost' };
  expect(compiled(withPeriod(period))).toMatchObject({ period, window: { from: FROM, until: UNTIL } });
  const until = '2027-01-01T00:00:00.000Z';
  expect(compiled(withPeriod(period, [[...QUEST, 'until'], until]))).toMatchObject({
    window: { from: FROM, until },
  });
  expect(compiled(withPeriod('ever'))).toMatchObject({ period: 'ever', window: null });
});

describe('what is refused', () => {
  test.each<Invalid>([
    [[...QUEST, 'period'], 'year', null, /must be "day", "week", "month", "ever" or \{"season": …\}/],
    [
      [...QUEST, 'period'],
      { season: 'spring' },
      'claimTypes.daily_quest.period.season',
      /names the season "spring", which is not listed in seasons/,
    ],
    [[...QUEST, 'period'], undefined, 'claimTypes.daily_quest.period', /"ever" or \{"season": …\}, because/],
  ])('%j = %j', expectProblem);

  test('a claim type that is over before its season begins', () => {
    const document = withPeriod({ season: 'thaw' }, [[...QUEST, 'until'], FROM]);
    expect(() => rulesOf(document)).toThrow('must name a season that is open at the same time');
  });
});

describe('another period reopens what was claimed', () => {
  test.each<[Json, Json, string]>([
    [{ season: 'frost' }, { season: 'thaw' }, 'once per season thaw instead of once per season frost'],
    ['ever', 'month', 'once per month instead of once ever'],
    ['day', 'ever', 'once ever instead of once per day'],
  ])('%j, then %j', (was, is, text) => {
    const found = changes(withPeriod(is), { from: withPeriod(was) });
    expect(reopened(found)).toEqual(['claimTypes.daily_quest.period']);
    expect(listed(found)).toContainEqual(expect.stringContaining(text));
  });

  test('but not the same one', () => {
    expect(changes(withPeriod({ season: 'frost' }), { from: withPeriod({ season: 'frost' }) })).toEqual([]);
  });
});
