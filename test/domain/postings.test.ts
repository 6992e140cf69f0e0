import { expect, test } from 'vitest';
import { give, resourceRule, settleDependents, take } from '../../src/domain/postings.ts';
import { RULES } from './rules.ts';

test.each([
  'not_configured',
  'constructor',
])('a resource without a rule throws an error that names it: %s', (name) => {
  expect(() => resourceRule(RULES, name)).toThrow(`resource ${name} `);
});

test('giving stops at the ceiling of the resource as its rule says, and taking stops at its floor', () => {
  expect(give(resourceRule(RULES, 'gems'), 3)).toEqual({
    resource: 'gems',
    delta: 3,
    floor: null,
    ceiling: 10,
    atLimit: 'clamp',
  });
  expect(take(resourceRule(RULES, 'gems'), 3)).toEqual({
    resource: 'gems',
    delta: -3,
    floor: 0,
    ceiling: null,
    atLimit: 'reject',
  });
});

test('regeneration is written down first where its limit depends on the balance that changes, and only there', () => {
  const settled = (changing: string) => settleDependents(changing, RULES).map(({ resource }) => resource);
  // The limit of health depends on points, but health does not regenerate. Charges regenerate up to a fixed number.
  expect(settled('stat:energy')).toEqual(['energy']);
  expect(settled('stat:health')).toEqual([]);
  expect(settled('gold')).toEqual([]);
});
