import { describe, expect, test } from 'vitest';
import { compileBalanceConfig } from '../../src/config/compile.ts';
import { kernelRulesOf } from '../../src/config/publication.ts';
import { changes, listed } from './compared.ts';
import { exampleWithAll, ID, type Json, type Path, problemsOf, rulesOf } from './example.ts';

const COUNTERS = { wins: { period: 'day' }, goals: { period: 'week', max: 10 } };
const DAILY: Path = ['claimTypes', 'daily_quest'];
const QUEST = { requiresProgress: { wins: 3, goals: 5 }, advances: { goals: 1 } };

const withProgress = (...more: [Path, unknown][]): Json =>
  exampleWithAll(
    [['counters'], structuredClone(COUNTERS)],
    [[...DAILY, 'requiresProgress'], { ...QUEST.requiresProgress }],
    [[...DAILY, 'advances'], { ...QUEST.advances }],
    ...more,
  );
const problemsWith = (path: Path, value: unknown) =>
  problemsOf(compileBalanceConfig(withProgress([path, value]), ID)).map(
    ({ path, message }) => `${path}: ${message}`,
  );

test('counters are compiled with what claim types require of them and add to them', () => {
  const rules = rulesOf(withProgress());
  expect([...rules.counters.values()]).toEqual([
    { name: 'goals', period: 'week', max: 10 },
    { name: 'wins', period: 'day', max: null },
  ]);
  expect(rules.claimTypes.get('daily_quest')).toMatchObject({
    requires: [
      { counter: 'goals', atLeast: 5 },
      { counter: 'wins', atLeast: 3 },
    ],
    advances: [{ counter: 'goals', by: 1 }],
  });
});

test('a counter gets a number in the ledger, counts nothing for staff, and servers may take progress back', () => {
  const { names, staff, reversible_by_servers } = kernelRulesOf(rulesOf(withProgress()));
  expect(names.resource).toEqual(expect.arrayContaining(['wins', 'goals']));
  expect(staff.values).toContainEqual({ resource: 'wins', value: 0, per_reward: null, per_day: null });
  expect(reversible_by_servers).toContain('progress');
});

describe('a document with progress that cannot work is rejected with the path and a suggestion', () => {
  test.each<[Path, unknown, RegExp]>([
    [
      ['counters', 'wins', 'period'],
      'hour',
      /^counters\.wins\.period: must be "day", "week", "month", "ever" or/,
    ],
    [['counters', 'wins', 'period'], undefined, /^counters\.wins\.period: /],
    [
      ['counters', 'wins', 'period'],
      { season: 'winter' },
      /^counters\.wins\.period\.season: names the season "winter", which is not listed in seasons; add it there/,
    ],
    [['counters', 'wins', 'max'], 0, /^counters\.wins\.max: must be at least 1, not 0/],
    [['counters', 'Wins'], { period: 'day' }, /^counters\.Wins: .*resource name/],
    [
      ['counters', 'lumees'],
      { period: 'day' },
      /^counters\.lumees: is also the name of a resource; choose another name/,
    ],
    [[...DAILY, 'requiresProgress', 'wins'], 0, /requiresProgress\.wins: must be at least 1, not 0/],
    [
      [...DAILY, 'requiresProgress', 'goals'],
      11,
      /requiresProgress\.goals: must be at most 10, where the counter stops, not 11/,
    ],
    [
      [...DAILY, 'requiresProgress', 'losses'],
      1,
      /requiresProgress\.losses: names the counter "losses", which is not listed in counters; add it there/,
    ],
    [
      [...DAILY, 'requiresProgress', 'lumees'],
      1,
      /requiresProgress\.lumees: names "lumees", which is a resource; .* add a counter of another name/,
    ],
    [[...DAILY, 'advances', 'losses'], 1, /advances\.losses: names the counter "losses"/],
    [
      [...DAILY, 'rewards', 'wins'],
      1,
      /rewards\.wins: names the resource "wins", which is not listed in resources/,
    ],
  ])('%j: %j', (path, value, message) => {
    expect(problemsWith(path, value)).toContainEqual(expect.stringMatching(message));
  });

  test('but not one that works', () =>
    expect(problemsOf(compileBalanceConfig(withProgress(), ID))).toEqual([]));
});

describe('a change of progress is shown before it is published', () => {
  test.each<[string, Json, RegExp]>([
    [
      'another period',
      withProgress([['counters', 'wins', 'period'], 'week']),
      /^running counters\.wins\.period: wins counts per week instead of per day/,
    ],
    [
      'another maximum',
      withProgress([['counters', 'goals', 'max'], undefined]),
      /^running counters\.goals\.max: goals stops at no maximum instead of 10/,
    ],
    [
      'another threshold',
      withProgress([[...DAILY, 'requiresProgress', 'wins'], 4]),
      /^running claimTypes\.daily_quest\.requiresProgress\.wins: daily_quest requires of wins 4 instead of 3/,
    ],
    [
      'an advance that is gone',
      withProgress([[...DAILY, 'advances'], {}]),
      /^running claimTypes\.daily_quest\.advances\.goals: daily_quest advances goals nothing instead of 1/,
    ],
    [
      'a counter that is gone',
      withProgress(
        [['counters'], { wins: { period: 'day' } }],
        [[...DAILY, 'requiresProgress'], {}],
        [[...DAILY, 'advances'], {}],
      ),
      /^running counters\.goals: goals is gone/,
    ],
  ])('%s', (_, next, text) => {
    expect(listed(changes(next, { from: withProgress() }))).toContainEqual(expect.stringMatching(text));
  });

  test('a resource cannot become a counter, nor a counter a resource', () => {
    const counter = exampleWithAll([['counters'], { trophies: { period: 'day' } }]);
    const resource = exampleWithAll([['resources', 'trophies'], {}]);
    expect(listed(changes(counter, { from: resource }))).toContainEqual(
      expect.stringMatching(/^refused counters\.trophies: was a resource/),
    );
    expect(listed(changes(resource, { from: counter }))).toContainEqual(
      expect.stringMatching(/^refused resources\.trophies: was a counter/),
    );
  });
});
