import { describe, expect, test } from 'vitest';
import type { Choice } from '../../src/domain/moves.ts';
import { NO_EFFECTS, type Operation } from '../../src/domain/operation.ts';
import { give, resourceRule, take } from '../../src/domain/postings.ts';
import { givesExperience, shownResources, touchedResources } from '../../src/domain/resources.ts';
import { PLAIN_RULES, RULES } from './rules.ts';

const gives = (resource: string, amount = 1) => give(resourceRule(RULES, resource), amount);
const takes = (resource: string) => take(resourceRule(RULES, resource), 1);
const draw = { table: 'chest', outcome: 'epic', roll: 0, of: 1, guaranteed: false };
const choiceOf = (resource: string, when: Choice['oneOf'][number]['when'] = []): Choice => ({
  oneOf: [{ when, postings: [gives(resource)], draws: [draw] }],
});

describe('the resources that an operation touches', () => {
  const reversal = {
    kind: 'reversal',
    claimId: '',
    handle: '',
    number: 1,
    quantity: null,
    reopen: false,
    allowDebt: false,
  } as const;
  test.each<[string, Partial<Operation>, readonly string[]]>([
    ['nothing', {}, []],
    [
      'each resource of the postings once',
      { postings: [takes('gold'), gives('gold'), gives('gems')] },
      ['gems', 'gold'],
    ],
    ['what the other player gets', { counterparty: { playerId: 'p2', postings: [gives('gold')] } }, ['gold']],
    [
      'what a draw may give, and what it depends on',
      { choices: [choiceOf('gems', [{ resource: 'pity:chest', atLeast: 3 }])] },
      ['gems', 'pity:chest'],
    ],
    ['what a limit of regeneration follows from', { postings: [takes('energy')] }, ['energy', 'stat:energy']],
    [
      'what an opening balance and a ceiling follow from',
      { postings: [gives('health')] },
      ['health', 'stat:health'],
    ],
    [
      'what levels follow from, count and give',
      { milestones: true },
      ['experience', 'levels_paid', 'stat_points'],
    ],
    [
      'what any regeneration follows from, where the ledger has the postings of a pending reward',
      { source: { kind: 'pending' } },
      ['stat:energy', 'stat:health'],
    ],
    [
      'the counters of guarantees too, where the ledger has the postings of a reversed claim',
      { source: { ...reversal, counters: ['pity:chest'] } },
      ['pity:chest', 'stat:energy', 'stat:health'],
    ],
  ])('%s', (_, effects, expected) => {
    expect(touchedResources({ ...NO_EFFECTS, ...effects }, RULES).toSorted()).toEqual(expected);
  });

  test('the ceiling of what a level gives is one of them', () => {
    const resources = new Map(RULES.resources);
    const ceiling = { base: 5, perUnit: 1, resource: 'gems' };
    resources.set('stat_points', { ...resourceRule(RULES, 'stat_points'), ceiling });
    const rules = { ...RULES, resources };
    expect(touchedResources({ ...NO_EFFECTS, milestones: true }, rules)).toContain('gems');
  });
});

test('level, tier and stats follow from six resources', () => {
  expect(shownResources(RULES).toSorted()).toEqual([
    'experience',
    'lifetime_points',
    'stat:energy',
    'stat:health',
    'stat:stamina',
    'stat_points',
  ]);
});

test('without levels, stat points and tiers nothing follows from other resources', () => {
  expect(shownResources(PLAIN_RULES)).toEqual([]);
  expect(touchedResources({ ...NO_EFFECTS, milestones: true }, PLAIN_RULES)).toEqual([]);
  expect(givesExperience({ ...NO_EFFECTS, postings: [gives('experience')] }, PLAIN_RULES)).toBe(false);
});

describe('whether an operation can raise the level', () => {
  // If a price in experience counted, it would pay the levels of a curve that changed since.
  test.each<[string, Partial<Operation>, boolean]>([
    ['an operation that gives experience', { postings: [gives('gold'), gives('experience')] }, true],
    ['an operation that may draw experience', { choices: [choiceOf('gems'), choiceOf('experience')] }, true],
    ['an operation that takes experience', { postings: [takes('experience')] }, false],
    ['an operation that only writes experience down', { postings: [gives('experience', 0)] }, false],
    ['an operation without experience', { postings: [gives('gold')], choices: [choiceOf('gems')] }, false],
  ])('%s: %j', (_, effects, expected) => {
    expect(givesExperience({ ...NO_EFFECTS, ...effects }, RULES)).toBe(expected);
  });
});
