import { describe, expect, test } from 'vitest';
import {
  give,
  levelMilestone,
  milestonesOf,
  resourceRule,
  settleDependents,
  take,
} from '../../src/domain/postings.ts';
import { RULES } from './rules.ts';

const experience = resourceRule(RULES, 'experience');

test.each([
  'not_configured',
  'constructor',
])('a resource without a rule throws an error that names it: %s', (name) => {
  expect(() => resourceRule(RULES, name)).toThrow(`resource ${name} `);
});

describe('the level milestone', () => {
  const milestoneResources = (...postings: Parameters<typeof milestonesOf>[0]['postings']) =>
    milestonesOf({ postings, choices: [] }, RULES).map(({ resource }) => resource);

  test('an operation that gives experience has the level milestone', () => {
    expect(milestoneResources(give(resourceRule(RULES, 'gold'), 5), give(experience, 1))).toEqual([
      'experience',
    ]);
  });

  test('an operation that may draw experience has the level milestone', () => {
    const draw = { table: 'chest', outcome: 'epic', roll: 0, of: 1, guaranteed: false };
    const choices = [{ oneOf: [{ when: null, postings: [give(experience, 1)], draw }] }];
    expect(milestonesOf({ postings: [], choices }, RULES)).toHaveLength(1);
  });

  // Otherwise a price in experience would pay the levels of a curve that changed since.
  test.each([
    ['taken', take(experience, 5)],
    ['written down without a change', give(experience, 0)],
  ])('an operation in which experience is %s has no milestone', (_, posting) =>
    expect(milestoneResources(posting)).toEqual([]));

  // With a clamp, a reversal could take back less than the levels gave. The next level-up would pay the rest again.
  test('the grants of a level are rejected at a ceiling, even where the resource clamps', () => {
    const resources = new Map(RULES.resources);
    for (const [name, rule] of resources) resources.set(name, { ...rule, atCeiling: 'clamp' });
    for (const floor of [null, 0])
      for (const grant of levelMilestone({ ...RULES, resources }, floor).grants)
        expect(grant).toMatchObject({ resource: 'stat_points', floor, atLimit: 'reject' });
  });
});

test('regeneration is written down first where its limit depends on the balance that changes, and only there', () => {
  const settled = (changing: string) => settleDependents(changing, RULES).map(({ resource }) => resource);
  // The limit of health depends on points, but health does not regenerate. Charges regenerate up to a fixed number.
  expect(settled('stat:energy')).toEqual(['energy']);
  expect(settled('stat:health')).toEqual([]);
  expect(settled('gold')).toEqual([]);
});
