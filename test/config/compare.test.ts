import { describe, expect, test } from 'vitest';
import { diffDocuments } from '../../src/config/changes.ts';
import { changes, changesAt, listed, reopened } from './compared.ts';
import { exampleDocument, exampleWith, exampleWithAll, type Json, type Path } from './example.ts';

test('equal documents have no changes', () => expect(changes(exampleDocument())).toEqual([]));

const DAILY: Path = ['claimTypes', 'daily_quest'];
const SKILLS: Path = ['claimTypes', 'skill_session'];
const PURCHASE: Path = ['claimTypes', 'store_purchase'];
const TICKET = { proof: 'ticket', rewards: { lumees: 150, experience: 50 } };
const OTHER_SOURCE = { amount: 'passing', onceFor: ['source_id'] };

describe('a change that pays something again has to be confirmed', () => {
  test.each<[string, Json, string, RegExp]>([
    [
      'another period',
      exampleWith([...DAILY, 'period'], 'week'),
      'claimTypes.daily_quest.period',
      /claimed once per week instead of once per day: .* for the running day can claim it again/,
    ],
    [
      'a ticket instead of the calendar',
      exampleWith(DAILY, TICKET),
      'claimTypes.daily_quest.proof',
      /once per key of its own instead of once per day/,
    ],
    [
      'the calendar instead of a ticket',
      exampleWithAll(
        [['claimTypes', 'daily_quest_bonus', 'proof'], 'calendar'],
        [['claimTypes', 'daily_quest_bonus', 'period'], 'day'],
      ),
      'claimTypes.daily_quest_bonus.proof',
      /once per day instead of once per key of its own/,
    ],
    [
      'a source that is no longer paid once',
      exampleWith([...SKILLS, 'rewards', 'skill:passing'], 'passing'),
      'claimTypes.skill_session.rewards.skill:passing.onceFor',
      /gives skill:passing with each claim instead of once per source_type, source_id/,
    ],
    [
      'a source that is named by other facts',
      exampleWith([...SKILLS, 'rewards', 'skill:passing'], OTHER_SOURCE),
      'claimTypes.skill_session.rewards.skill:passing.onceFor',
      /once per source_id instead of once per source_type, source_id: sources that were paid can be paid again/,
    ],
    [
      'a source that is named by the same facts in another order',
      exampleWith([...SKILLS, 'rewards', 'skill:passing', 'onceFor'], ['source_id', 'source_type']),
      'claimTypes.skill_session.rewards.skill:passing.onceFor',
      /once per source_id, source_type instead of once per source_type, source_id/,
    ],
    [
      'a source that is paid once per player instead of once in the whole game',
      exampleWith([...PURCHASE, 'rewards', 'auric_coins', 'scope'], 'player'),
      'claimTypes.store_purchase.rewards.auric_coins.scope',
      /once per player instead of once in the whole game: sources that were paid can be paid again/,
    ],
    [
      'a source that is paid once in the whole game instead of once per player',
      exampleWith([...SKILLS, 'rewards', 'skill:passing', 'scope'], 'game'),
      'claimTypes.skill_session.rewards.skill:passing.scope',
      /once in the whole game instead of once per player/,
    ],
    [
      'a value that names sources and may have been renamed',
      exampleWith([...SKILLS, 'facts', 'source_type', 'values'], ['game', 'training']),
      'claimTypes.skill_session.facts.source_type.values',
      /match can no longer name a source of skill:passing, and game can/,
    ],
    [
      'a claim type that may have been renamed',
      exampleWithAll(
        [DAILY, undefined],
        [['claimTypes', 'daily'], { proof: 'calendar', period: 'day', rewards: { lumees: 9 } }],
      ),
      'claimTypes.daily',
      /daily is new and daily_quest is gone, and both pay lumees/,
    ],
    [
      'an exchange with a limit that may have been renamed',
      exampleWithAll(
        [['exchanges', 'buy_summon_token'], undefined],
        [['exchanges', 'buy_token'], { costs: { auric_coins: 1 }, gives: { summon_tokens: 1 }, perDay: 20 }],
      ),
      'exchanges.buy_token',
      /buy_token is new and buy_summon_token is gone/,
    ],
    [
      'an exchange with a limit that gives the same as an option',
      exampleWithAll(
        [['exchanges', 'buy_summon_token'], undefined],
        [
          ['exchanges', 'buy_one'],
          {
            costs: { auric_coins: 1 },
            chooseOne: { token: { gives: { summon_tokens: 1 } }, coins: { gives: { lumees: 1 } } },
            perDay: 20,
          },
        ],
      ),
      'exchanges.buy_one',
      /buy_one is new and buy_summon_token is gone/,
    ],
  ])('%s', (_, next, path, text) => {
    const found = changes(next);
    expect([...new Set(reopened(found))]).toEqual([path]);
    expect(found.filter((change) => change.path === path && change.severity === 'reopens')).toContainEqual(
      expect.objectContaining({ text: expect.stringMatching(text) }),
    );
  });

  test('a claim type that returns with another proof than it had', () => {
    const from = exampleWith(DAILY, undefined);
    const earlier = { proof: 'calendar', period: 'week', rewards: { lumees: 1 } } as const;
    const former = { claimTypes: { daily_quest: { version: 3, claimType: earlier } } };
    const found = changes(exampleDocument(), { from, former });
    expect(reopened(found)).toEqual(['claimTypes.daily_quest.period']);
    expect(listed(found)).toContainEqual(expect.stringMatching(/was claimed until version 3, and returns/));
  });

  test('a resource whose sources counted in the whole game before', () => {
    const from = exampleWith(PURCHASE, undefined);
    const next = exampleWith([...PURCHASE, 'rewards', 'auric_coins', 'scope'], 'player');
    const former = {
      onceFor: { auric_coins: ['store', 'transaction'] },
      scopes: { auric_coins: 'game' },
    } as const;
    const path = 'claimTypes.store_purchase.rewards.auric_coins.scope';
    expect(reopened(changes(next, { from, former }))).toEqual([path]);
    expect(reopened(changes(exampleDocument(), { from, former }))).toEqual([]);
  });

  test('a resource whose sources were named by other facts before', () => {
    const plain = { 'skill:passing': 'passing', 'skill:shooting': 'shooting' };
    const from = exampleWith([...SKILLS, 'rewards'], plain);
    const next = exampleWith([...SKILLS, 'rewards', 'skill:shooting'], 'shooting');
    const path = 'claimTypes.skill_session.rewards.skill:passing.onceFor';
    expect(
      reopened(changes(next, { from, former: { onceFor: { 'skill:passing': ['source_id'] } } })),
    ).toEqual([path]);
    const same = { onceFor: { 'skill:passing': ['source_type', 'source_id'] } };
    expect(reopened(changes(next, { from, former: same }))).toEqual([]);
  });

  test.each([
    ['claimTypes.arena_chest.perDay', ['claimTypes', 'arena_chest', 'perDay']],
    ['exchanges.buy_summon_token.perDay', ['exchanges', 'buy_summon_token', 'perDay']],
    ['resources.lumees.transfer.perDay', ['resources', 'lumees', 'transfer', 'perDay']],
  ])('the limit %s, published again on the day on which it was removed', (path, at) => {
    const from = exampleWith(at, undefined);
    expect(reopened(changes(exampleDocument(), { from, former: { limits: [path] } }))).toEqual([path]);
    expect(reopened(changes(exampleDocument(), { from }))).toEqual([]);
  });

  test('a current version that this release cannot read', () => {
    const from = exampleWith(['timeZone'], 'Middle-earth/Shire');
    expect(reopened(changes(exampleDocument(), { from }))).toEqual(['current']);
  });
});

describe('a change that pays nothing again needs no confirmation', () => {
  test.each<[string, Path, unknown]>([
    ['a claim type is removed', DAILY, undefined],
    ['a claim type is added', ['claimTypes', 'picnic'], TICKET],
    ['a ticket claim becomes one of game servers', ['claimTypes', 'arena_chest', 'proof'], 'server'],
    ['a claim of game servers gets tickets', ['claimTypes', 'rating_slip', 'proof'], 'ticket'],
    ['amounts change', [...DAILY, 'rewards', 'lumees'], 200],
    [
      'a value that names sources is added',
      [...SKILLS, 'facts', 'source_type', 'values'],
      ['match', 'training', 'camp'],
    ],
    [
      'a reward is given once per source from now on',
      ['claimTypes', 'tournament_xp', 'rewards', 'experience'],
      { amount: 'matches', onceFor: ['matches'] },
    ],
    ['a limit is removed', ['claimTypes', 'arena_chest', 'perDay'], undefined],
    ['the curve of levels changes', ['levels', 'experienceForLevel'], '60 * level * (level - 1)'],
  ])('%s', (_, path, value) => expect(reopened(changesAt(path, value))).toEqual([]));

  test('a claim type returns as it was', () => {
    const { daily_quest: claimType } = (exampleDocument() as { claimTypes: Record<string, never> })
      .claimTypes;
    const former = { claimTypes: { daily_quest: { version: 3, claimType: claimType as never } } };
    const from = exampleWith(DAILY, undefined);
    expect(reopened(changes(exampleDocument(), { from, former }))).toEqual([]);
  });
});

describe('a change that no publisher can confirm', () => {
  test.each([
    [['levels', 'resource'], 'levels.resource', 'experience'],
    [['levels', 'paidResource'], 'levels.paidResource', 'levels_paid'],
    [['statPoints', 'resource'], 'statPoints.resource', 'stat_points'],
    [['statPoints', 'stats', 'energy', 'resource'], 'statPoints.stats.energy.resource', 'stat:energy'],
    [['tiers', 'resource'], 'tiers.resource', 'lifetime_points'],
  ])('another resource in %j', (at, path, resource) => {
    const [first] = changesAt(at, 'credits');
    expect(first).toMatchObject({
      severity: 'refused',
      path,
      text: expect.stringContaining(`must stay "${resource}"`),
    });
  });

  test('a name that another kind of claim has used', () => {
    const taken = { 'exchanges.spring_fair': 'was the name of a claim type until version 4' };
    const [first] = changesAt(
      ['exchanges', 'spring_fair'],
      { gives: { lumees: 1 }, perDay: 1 },
      { former: { taken } },
    );
    expect(first).toMatchObject({
      severity: 'refused',
      path: 'exchanges.spring_fair',
      text: expect.stringMatching(/until version 4; choose another name/),
    });
  });
});

test('changes are sorted by severity', () => {
  const next = exampleWithAll(
    [['description'], 'Another.'],
    [[...DAILY, 'rewards', 'lumees'], 200],
    [['claimTypes', 'arena_chest', 'perDay'], 3],
    [[...DAILY, 'period'], 'week'],
  );
  expect(changes(next).map(({ severity }) => severity)).toEqual([
    'reopens',
    'running',
    'amounts',
    'other',
    'other',
  ]);
});

/** Every value of the example, changed. */
const ALL_VALUES = diffDocuments({}, exampleDocument()).map(({ path, after }): [string, Path, unknown] => {
  const value = JSON.parse(after ?? 'null');
  const steps = path
    .split(/\.|\[(\d+)\]/)
    .filter(Boolean)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  return [
    path,
    steps,
    typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${value}x`,
  ];
});

test.each(ALL_VALUES)('no change is left out: %s', (path, at, value) => {
  const found = changesAt(at, value);
  expect(
    found.some((change) => path === change.path || path.startsWith(change.path) || change.path === 'current'),
  ).toBe(true);
});
