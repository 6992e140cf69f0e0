import { describe, expect, test } from 'vitest';
import { compileBalanceConfig } from '../../src/config/compile.ts';
import { kernelRulesOf } from '../../src/config/publication.ts';
import { changes, listed } from './compared.ts';
import { exampleWithAll, ID, type Json, type Path, problemsOf, rulesOf } from './example.ts';

const DAILY: Path = ['claimTypes', 'daily_quest'];
const rows = () => [
  { from: 2, rewards: { lumees: 5 } },
  { from: 7, rewards: { lumees: 50, auric_coins: 1 } },
];
const withStreak = (...more: [Path, unknown][]): Json =>
  exampleWithAll(
    [['streaks'], { login: { period: 'day', grace: 1 } }],
    [[...DAILY, 'streak'], 'login'],
    [[...DAILY, 'rewardsByStreak'], rows()],
    ...more,
  );
const problemsWith = (path: Path, value: unknown) =>
  problemsOf(compileBalanceConfig(withStreak([path, value]), ID)).map(
    ({ path, message }) => `${path}: ${message}`,
  );

test('a streak is compiled with what claims pay for its length, the longest first', () => {
  const rules = rulesOf(withStreak([['streaks', 'month'], { period: 'month', decay: { lose: 2 } }]));
  expect([...rules.streaks.values()]).toEqual([
    { name: 'login', period: 'day', grace: 1, loses: null },
    { name: 'month', period: 'month', grace: 0, loses: 2 },
  ]);
  expect(rules.claimTypes.get('daily_quest')).toMatchObject({
    streak: 'login',
    rewardsByStreak: [
      {
        from: 7,
        rewards: [
          { resource: 'auric_coins', amount: 1 },
          { resource: 'lumees', amount: 50 },
        ],
      },
      { from: 2, rewards: [{ resource: 'lumees', amount: 5 }] },
    ],
  });
  const { names, staff } = kernelRulesOf(rules);
  expect(names.resource).toEqual(expect.arrayContaining(['login', 'month']));
  expect(staff.values).toContainEqual({ resource: 'login', value: 0, per_reward: null, per_day: null });
});

describe('a document with a streak that cannot work is rejected with the path and a suggestion', () => {
  test.each<[Path, unknown, RegExp]>([
    [['streaks', 'login', 'period'], 'ever', /^streaks\.login\.period: must be "day"/],
    [['streaks', 'login', 'grace'], 31, /^streaks\.login\.grace: must be at most 30, not 31/],
    [['streaks', 'login', 'grace'], -1, /^streaks\.login\.grace: must be at least 0/],
    [['streaks', 'login', 'decay'], 'halve', /^streaks\.login\.decay: must be "reset" or \{"lose": …\}/],
    [['streaks', 'login', 'decay'], { lose: 0 }, /^streaks\.login\.decay\.lose: must be at least 1/],
    [['streaks', 'lumees'], { period: 'day' }, /^streaks\.lumees: is also the name of a resource/],
    [['counters'], { login: { period: 'day' } }, /^streaks\.login: is also the name of a counter/],
    [
      [...DAILY, 'streak'],
      'logins',
      /daily_quest\.streak: names the streak "logins", which is not listed in streaks/,
    ],
    [[...DAILY, 'streak'], undefined, /rewardsByStreak: remove it, or set streak/],
    [
      ['streaks', 'login', 'period'],
      'week',
      /daily_quest\.streak: needs the proof "calendar" and the period "week"/,
    ],
    [
      ['claimTypes', 'weekly_chest', 'streak'],
      'login',
      /weekly_chest\.streak: .*one claim type continues a streak|weekly_chest\.streak: needs the proof/,
    ],
    [
      [...DAILY, 'rewardsByStreak', 1, 'from'],
      2,
      /rewardsByStreak\[1\]\.from: must be above 2, where the row before it begins, not 2/,
    ],
    [[...DAILY, 'rewardsByStreak', 0, 'from'], 0, /rewardsByStreak\[0\]\.from: must be at least 1/],
    [[...DAILY, 'rewardsByStreak', 0, 'rewards'], {}, /rewardsByStreak\[0\]\.rewards: must have at least 1/],
    [[...DAILY, 'rewardsByStreak', 0, 'rewards', 'gold'], 1, /rewards\.gold: names the resource "gold"/],
    [[...DAILY, 'rewardsByStreak', 0, 'rewards', 'levels_paid'], 1, /rewards\.levels_paid: remove it/],
  ])('%j: %j', (path, value, message) => {
    expect(problemsWith(path, value)).toContainEqual(expect.stringMatching(message));
  });

  test('but not one that works', () =>
    expect(problemsOf(compileBalanceConfig(withStreak(), ID))).toEqual([]));
});

describe('a change of a streak is shown before it is published', () => {
  test.each<[string, Json, RegExp]>([
    [
      'another grace',
      withStreak([['streaks', 'login', 'grace'], 2]),
      /^running streaks\.login: login counts per day, with 2 .*; before, it counts per day, with 1/,
    ],
    [
      'another row',
      withStreak([[...DAILY, 'rewardsByStreak', 0, 'rewards', 'lumees'], 6]),
      /^amounts claimTypes\.daily_quest\.rewardsByStreak: daily_quest pays for its streak 6 lumees from 2, .* instead of 5 lumees from 2/,
    ],
    [
      'no streak',
      withStreak([[...DAILY, 'streak'], undefined], [[...DAILY, 'rewardsByStreak'], []]),
      /^running claimTypes\.daily_quest\.streak: daily_quest continues no streak instead of login/,
    ],
    [
      'a streak that is gone',
      withStreak([['streaks'], {}], [[...DAILY, 'streak'], undefined], [[...DAILY, 'rewardsByStreak'], []]),
      /^running streaks\.login: login is gone/,
    ],
    [
      'a streak that becomes a resource',
      exampleWithAll([['resources', 'login'], {}]),
      /^refused resources\.login: was a streak/,
    ],
  ])('%s', (_, next, text) => {
    expect(listed(changes(next, { from: withStreak() }))).toContainEqual(expect.stringMatching(text));
  });
});
