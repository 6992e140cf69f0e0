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

test.each(['unheard_of', 'constructor'])('%s, a resource without a rule, is a defect with a name', (name) => {
  expect(() => resourceRule(RULES, name)).toThrow(`resource ${name} `);
});

describe('levels', () => {
  const levelled = (...postings: Parameters<typeof milestonesOf>[0]['postings']) =>
    milestonesOf({ postings, choices: [] }, RULES).map(({ resource }) => resource);

  test('are judged where experience is given, beside whatever else', () => {
    expect(levelled(give(resourceRule(RULES, 'gold'), 5), give(experience, 1))).toEqual(['experience']);
  });

  test('are judged where experience may be drawn', () => {
    const draw = { table: 'chest', outcome: 'epic', roll: 0, of: 1, guaranteed: false };
    const choices = [{ oneOf: [{ when: null, postings: [give(experience, 1)], draw }] }];
    expect(milestonesOf({ postings: [], choices }, RULES)).toHaveLength(1);
  });

  // A price in experience must not pay the levels that a curve changed meanwhile would give.
  test.each([
    ['taken', take(experience, 5)],
    ['merely settled', give(experience, 0)],
  ])('are not where experience is %s', (_, posting) => expect(levelled(posting)).toEqual([]));

  // A clamp would let a reversal take back less than the levels gave, and the next claim would pay it again.
  test('give and take back all of it, whatever a resource does at a ceiling', () => {
    const resources = new Map(RULES.resources);
    for (const [name, rule] of resources) resources.set(name, { ...rule, atCeiling: 'clamp' });
    for (const floor of [null, 0])
      for (const grant of levelMilestone({ ...RULES, resources }, floor).grants)
        expect(grant).toMatchObject({ resource: 'stat_points', floor, atLimit: 'reject' });
  });
});

test('only what grows up to a limit that follows from the change is settled before it', () => {
  const settled = (changing: string) => settleDependents(changing, RULES).map(({ resource }) => resource);
  // Health has a limit that follows from points, but does not grow; charges grow up to a fixed number.
  expect(settled('stat:energy')).toEqual(['energy']);
  expect(settled('stat:health')).toEqual([]);
  expect(settled('gold')).toEqual([]);
});
